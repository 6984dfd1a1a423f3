"""Bounds on fixed samples, against figures that were computed apart from this code: to 1e-9."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.safety.bounds import (
    Betting,
    ClopperPearson,
    Dkw,
    Hoeffding,
    MaurerPontil,
    OneSided,
    PredictableBernstein,
    StudentT,
)
from analysis.safety.terms import Evidence

FACTS = Path(__file__).parents[2] / "reference" / "seldonian" / "bounds_reference.json"
BOUNDS: dict[str, OneSided] = {
    "ttest": StudentT(),
    "hoeffding": Hoeffding(),
    "maurer_pontil": MaurerPontil(),
    "dkw_anderson": Dkw(),
    "prpl_eb_c0.5": PredictableBernstein(seed=None),
    "betting_c0.75": Betting(seed=None),
    "clopper_pearson": ClopperPearson(),
}
SAMPLES = json.loads(FACTS.read_text())
CASES = [(number, name) for number, sample in enumerate(SAMPLES) for name in BOUNDS if name in sample]


@pytest.mark.parametrize(("number", "name"), CASES)
def test_it_gives_the_figure(number: int, name: str) -> None:
    sample = SAMPLES[number]
    evidence = Evidence(np.array(sample["x"]), 0.0, 1.0)

    assert BOUNDS[name].upper(evidence, delta=sample["alpha"]) == pytest.approx(sample[name], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("number", "name"), CASES)
def test_it_gives_the_same_from_below_and_on_another_range(number: int, name: str) -> None:
    sample = SAMPLES[number]
    turned = Evidence(3.0 - 4.0 * np.array(sample["x"]), -1.0, 3.0)

    assert BOUNDS[name].lower(turned, delta=sample["alpha"]) == pytest.approx(3 - 4 * sample[name], rel=1e-9, abs=1e-9)
