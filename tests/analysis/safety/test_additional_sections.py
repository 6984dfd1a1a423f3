"""A document may add data sets for single quantities: read alike, refused alike, tested on their own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.learning.data.folders import allow_folders
from analysis.safety.additional import JoinedRows
from analysis.safety.carrying_out import staged
from analysis.safety.labelled import Labelled
from analysis.safety.subjects import faults, identity
from analysis.safety.training import Training, train


def rows(path: Path, n: int, seed: int, label: str = "yes") -> Path:
    rng = np.random.default_rng(seed)
    score, age = rng.normal(size=n), rng.integers(18, 80, size=n)
    town = rng.choice(["Ulm", "Bonn"], size=n)
    good = np.where(rng.random(n) < 1 / (1 + np.exp(-score)), label, "no")
    lines = [f"{s:.6f},{a},{t},{g}" for s, a, t, g in zip(score, age, town, good, strict=True)]
    path.write_text("score,age,town,good\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def setting(tmp_path: Path) -> dict[str, Any]:
    allow_folders([tmp_path])
    first, second = rows(tmp_path / "first.csv", 600, 1), rows(tmp_path / "second.csv", 400, 2)
    return {
        "data": {"type": "csv", "path": str(first)},
        "label": "good",
        "positive": "yes",
        "groups": {"OLD": {"column": "age", "above": 60}},
        "constraints": [{"text": "PR <= 0.8"}, {"text": "abs((PR | [OLD]) - PR) <= 0.4"}],
        "additional": [{"data": {"type": "csv", "path": str(second)}, "quantities": ["(PR | [OLD])"]}],
    }


def test_it_has_no_faults_and_its_rows_are_part_of_the_identity(setting: dict[str, Any]) -> None:
    assert faults(setting) == []
    alone = {name: value for name, value in setting.items() if name != "additional"}
    assert identity(setting) != identity(alone)


def test_both_sets_are_divided_and_each_quantity_is_read_from_its_own(setting: dict[str, Any]) -> None:
    stage = staged(setting)
    subject = stage.prepared.subject

    assert isinstance(subject, JoinedRows)
    assert subject.count == 1000
    assert [len(part) for part in subject.parted(stage.parts.safety)] == pytest.approx([360, 240], abs=8)
    demands = stage.wish.demands(stage.prepared.vocabulary)
    outcome = train(subject, Training(demands, stage.wish.optimiser), rng=np.random.default_rng(1))
    readings = {str(one.quantity): one.n for one in outcome.verdicts[1].readings}
    old = subject.loaded[1].groups["OLD"].sum()
    assert readings["PR"] == pytest.approx(360, abs=8)
    assert readings["PR | [OLD]"] == pytest.approx(0.6 * old, abs=8)


def test_the_model_that_passed_is_kept_as_one_of_the_primary_rows(setting: dict[str, Any]) -> None:
    stage = staged(setting)
    subject = stage.prepared.subject.prepared(stage.parts.candidate, rng=np.random.default_rng(1))
    theta = subject.start(stage.parts.candidate, rng=np.random.default_rng(1))

    assert stage.prepared.keep(subject, theta).arrays


def test_a_quantity_that_no_constraint_has_is_refused_with_those_that_there_are(setting: dict[str, Any]) -> None:
    setting["additional"][0]["quantities"] = ["FPR", "PR | [YOUNG]"]

    with pytest.raises(ValueError, match="No constraint has the quantity FPR") as refusal:
        staged(setting)
    assert "There are PR, PR | [OLD]" in str(refusal.value)
    assert "additional[0].quantities[1]: Column 7" in str(refusal.value)


def test_one_quantity_has_one_source(setting: dict[str, Any]) -> None:
    setting["additional"] *= 2

    with pytest.raises(ValueError, match="comes from additional set 1 already"):
        staged(setting)


def test_rows_that_are_coded_otherwise_are_refused(setting: dict[str, Any], tmp_path: Path) -> None:
    setting["additional"][0]["data"]["path"] = str(rows(tmp_path / "third.csv", 50, 3, label="maybe"))

    with pytest.raises(ValueError, match=r"additional\[0\]\.positive"):
        staged(setting)


def test_a_file_that_is_not_there_is_told_with_its_place(setting: dict[str, Any]) -> None:
    setting["additional"][0]["data"]["path"] = "/nowhere/later.csv"

    assert any("additional" in str(path) for path, _, _ in faults(setting))


def test_a_set_without_quantities_is_refused(setting: dict[str, Any]) -> None:
    setting["additional"][0]["quantities"] = []

    assert any(path[:1] == ("additional",) for path, _, _ in Labelled().faults(setting))
