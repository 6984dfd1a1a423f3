"""``manage.py export_data``"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from experiments.models import Event, Experiment
from tests.exported import make_collected

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    return make_collected(slug="soup-2026")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("export_data", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_writes_every_table_with_true_checksums(experiment: Experiment, tmp_path: Path) -> None:
    run("soup-2026", "--output", str(tmp_path))

    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == {
        "long.csv", "wide.csv", "trials.csv", "interactions.csv", "events.csv", "decisions.csv", "codebook.csv",
        "choices.csv", "both_analyses.csv", "README.md", "definition-1.json",
    }  # fmt: skip
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    rows = {file["name"]: file["rows"] for file in manifest["files"] if file["rows"] is not None}
    assert rows == {name: len(pd.read_csv(tmp_path / name)) for name in rows}


def test_it_writes_one_table_and_the_codebook(experiment: Experiment, tmp_path: Path) -> None:
    run("soup-2026", "--table", "long", "--format", "parquet", "--output", str(tmp_path))

    assert {path.name for path in tmp_path.glob("*.parquet")} == {"long.parquet", "codebook.parquet"}
    assert set(pd.read_parquet(tmp_path / "long.parquet")["measure"]) >= {"score", "trusted", "judged", "remark"}


def test_it_says_what_it_wrote_as_json(experiment: Experiment, tmp_path: Path) -> None:
    files = json.loads(run("soup-2026", "--table", "wide", "--json", "--output", str(tmp_path)))

    assert next((file["name"], file["rows"]) for file in files if file["rows"] is not None) == ("wide.csv", 3)


@pytest.mark.parametrize("words", [["--table", "people"], ["--format", "xlsx"]])
def test_it_refuses_what_there_is_not(words: list[str], experiment: Experiment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no"):
        run("soup-2026", *words, "--output", str(tmp_path / "new"))

    assert not (tmp_path / "new").exists()
    assert not Event.objects.filter(kind="data.exported").exists()


def test_it_refuses_an_experiment_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no experiment “stew”"):
        run("stew", "--output", str(tmp_path))


def test_without_a_folder_it_makes_one_and_touches_nothing_else(
    experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("mine")

    run("soup-2026")

    assert (tmp_path / "README.md").read_text() == "mine"
    assert (tmp_path / "soup-2026-data" / "wide.csv").exists()
