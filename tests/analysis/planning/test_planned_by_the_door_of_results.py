"""Planned power is what the door of results finds in studies that are played person by person.

At each push a few studies, looked at five times; ``make proof``: a thousand of each kind, looked at twenty times.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from analysis.planning.plan import assumed_of, plan
from analysis.planning.planned import Planned
from analysis.planning.simulating.assumed import Assumed, Rng
from analysis.planning.wanted import Facts, suggested
from analysis.registered.document import Contrast, ContrastKind, Method, Question, Role
from analysis.results.asking.answering import answer
from analysis.results.asking.asked import Prepared
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, PROPENSITY, Columns
from experiments.blueprint import ArmSpec, MeasureSpec
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

STUDIES, LOOKS = (1_000, 20) if PROOF else (16, 4)
ARMS = ("plain", "vivid")
FACTS = {
    "scale": Facts("m", "number", ARMS, (1, 1), low=0, high=100, mean=50, sd=20),
    "yes or no": Facts("m", "yes_no", ARMS, (1, 1), low=0, high=1, mean=0.4),
    "no ends": Facts("m", "number", ARMS, (1, 1), mean=10, sd=2),
}


def question(watch: str) -> Question:
    method = Method.ANYTIME if watch == "anytime" else Method.FIXED
    return Question("q", "m", Role.PRIMARY, Contrast(ContrastKind.ARM, arm="vivid", control="plain"), method=method)


def setting(facts: Facts, values: np.ndarray, arms: np.ndarray) -> Setting:
    n, ends = len(values), (facts.low, facts.high) if np.isfinite(facts.width) else (None, None)
    known = {ARM: arms, AT: np.arange(n), PROPENSITY: np.full(n, 0.5), "mean:m": values, "count:m": np.ones(n)}
    specs = {pk: ArmSpec(name, {}, {}, 1, None, pk == 0, True) for pk, name in enumerate(ARMS)}
    kind = "boolean" if facts.kind == "yes_no" else "number"
    measure = MeasureSpec("m", kind, "primary", "up", *((None, None) if kind == "boolean" else ends))
    table = Columns(np.arange(n), tuple(known), np.column_stack([np.asarray(each, float) for each in known.values()]))
    return Setting(table, specs, {"m": measure})


def finds(facts: Facts, assumed: Assumed, planned: Planned, rng: Rng) -> bool:
    """Whether one study's page of results ever says that the arms differ."""
    half = planned.values // 2
    values = np.stack([assumed.draw(arm, (half,), rng) for arm in range(2)], axis=1).ravel()
    arms = np.tile([0, 1], half)
    for size in [half] if planned.wanted.watch == "once" else np.linspace(0, half, LOOKS + 1).round().astype(int)[1:]:
        asked = question(planned.wanted.watch)
        prepared = Prepared.of(asked, setting(facts, values[: 2 * size], arms[: 2 * size]))
        found = answer(prepared, level=planned.wanted.level).estimate
        if found is not None and not found.holds(0.0):
            return True
    return False


@pytest.mark.parametrize("watch", ["once", "anytime"])
@pytest.mark.parametrize("name", FACTS)
def test_as_many_studies_find_it_as_was_planned(name: str, watch: str) -> None:
    facts = replace(FACTS[name], watch=watch)
    planned = plan(facts, replace(suggested(facts), effect=0.2 if facts.kind == "yes_no" else 0.6 * facts.sd))
    rng = np.random.default_rng(140)
    found = sum(finds(facts, assumed_of(facts, planned.wanted), planned, rng) for _ in range(STUDIES)) / STUDIES

    chance = planned.answer.power
    assert found == pytest.approx(chance, abs=3.5 * sqrt(chance * (1 - chance) / STUDIES) + 0.025)
