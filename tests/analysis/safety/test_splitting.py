"""The candidate set and the safety set: no row in both, the shares as asked, and nothing left to who shuffles."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Quantity, Samples
from analysis.safety.testing.splitting import SPLITS, Split, divided

FACTS = json.loads((Path(__file__).parents[2] / "reference" / "seldonian" / "splits.json").read_text())["cases"]
STRATA = np.repeat([0, 1, 2, 3], [400, 100, 30, 7])
KINDS = pytest.mark.parametrize("kind", sorted(SPLITS))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['n']} rows, {fact['frac_data_in_safety']}")
def test_the_ordered_split_is_the_engines(fact: dict[str, Any]) -> None:
    parts = divided(np.zeros(fact["n"], dtype=np.intp), fraction=fact["frac_data_in_safety"], split="ordered")

    assert parts.candidate.tolist() == list(range(fact["n_candidate"]))
    assert parts.safety.tolist() == list(range(fact["n_candidate"], fact["n_candidate"] + fact["n_safety"]))


@KINDS
@pytest.mark.parametrize("fraction", [0.1, 0.37, 0.6, 0.95])
@pytest.mark.parametrize("n", [1, 2, 3, 10, 537])
def test_every_row_is_in_one_part_and_the_parts_are_as_large_as_the_engines(kind: str, fraction: float, n: int) -> None:
    parts = divided(STRATA[:n], fraction=fraction, split=kind, seed=3)

    assert sorted([*parts.candidate, *parts.safety]) == list(range(n))
    assert len(parts.candidate) == round(n * (1 - fraction))


@pytest.mark.parametrize("seed", range(5))
def test_a_stratified_split_has_every_stratum_in_the_same_share_to_within_a_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    strata = rng.permutation(STRATA)
    parts = divided(strata, fraction=0.6, seed=seed)

    tested = np.bincount(strata[parts.safety], minlength=4)
    assert (np.abs(tested - 0.6 * np.bincount(strata)) <= 1).all()


def test_a_file_sorted_by_label_does_no_harm() -> None:
    labels = np.repeat([0, 1], [700, 300])
    share = {kind: labels[divided(labels, fraction=0.6, split=kind, seed=1).candidate].mean() for kind in SPLITS}

    assert share["ordered"] == 0
    assert share["stratified"] == pytest.approx(0.3, abs=0.005)
    assert share["random"] == pytest.approx(0.3, abs=0.05)


def test_the_same_seed_splits_alike_and_another_one_otherwise() -> None:
    def safety(seed: int) -> list[int]:
        rows: list[int] = divided(STRATA, fraction=0.6, seed=seed).safety.tolist()
        return rows

    assert safety(1) == safety(1)
    assert safety(1) != safety(2)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.2, float("nan")])
def test_a_share_that_leaves_a_part_empty_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="above 0 and below 1"):
        divided(STRATA, fraction=fraction)


def test_a_split_that_there_is_not_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match=r"no split “stratifed”.*stratified"):
        divided(STRATA, fraction=0.6, split="stratifed")


def test_parts_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows are in candidate and safety set, the first is row 4"):
        Split(np.arange(6), np.arange(4, 10))


def test_a_row_that_is_twice_in_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="safety set has 1 rows twice"):
        Split(np.arange(6), np.array([7, 8, 8]))


def test_what_is_bounded_lies_within_one_stratum() -> None:
    """Else the search would know of the safety set what chance alone should tell it: how the strata are mixed there."""
    labels, is_member = np.tile([0.0, 1.0], 50), np.repeat([True, False], 50)
    rows = Samples(np.arange(100.0)[:, None], labels, {"M": is_member, "F": ~is_member})
    subject = Supervised(rows, MODELS.parse("logistic"), OBJECTIVES.parse("logistic_loss"))

    assert len(set(subject.strata())) == 4
    assert len(set(subject.strata((Quantity("FPR"), Quantity("TPR"))))) == 2
    assert len(set(subject.strata((Quantity("FPR", where=("M",)), Quantity("TPR", where=("F",)))))) == 4
    groups = subject.strata((Quantity("PR", where=("M",)), Quantity("FPR", where=("F",))))
    assert len(set(groups[is_member])) == 1
    assert len(set(groups)) == 3
    assert len(set(subject.strata((Quantity("ACC"), Quantity("FPR"))))) == 1


def test_the_two_parts_say_nothing_of_each_other_about_what_is_bounded() -> None:
    rng = np.random.default_rng(0)
    apart = []
    for seed in range(200):
        rows = Samples(np.zeros((100, 1)), rng.integers(0, 2, 100).astype(float))
        subject = Supervised(rows, MODELS.parse("logistic"), OBJECTIVES.parse("logistic_loss"))
        parts = divided(subject.strata((Quantity("ACC"),)), fraction=0.5, seed=seed)
        apart.append((rows.labels[parts.candidate].mean(), rows.labels[parts.safety].mean()))

    assert abs(np.corrcoef(np.array(apart).T)[0, 1]) < 0.2
