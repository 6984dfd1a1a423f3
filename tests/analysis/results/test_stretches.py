"""Arms whose shares changed, or that were full, on the way: nobody is held against those who met another time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.registered.document import Contrast, ContrastKind, Method, Question, Role
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array
from analysis.results.services.reading import _closed
from experiments.blueprint import ArmSpec, FactorSpec
from tests.analysis.results.test_ways import ASKED, found, said, setting
from tests.proof import PROOF

LEVELS = (("plain", 0, 0), ("vivid", 1, 0), ("loud", 0, 1), ("both", 1, 1))
FACTORS = tuple(FactorSpec(name, "between", (0, 1), "") for name in ("tone", "size"))
SPECS = {
    pk: ArmSpec(name, {"tone": tone, "size": size}, {}, 1, None, pk == 1, True)
    for pk, (name, tone, size) in enumerate(LEVELS, start=1)
}
EARLY, LATE = {"plain": 4, "vivid": 1, "loud": 4, "both": 1}, {"plain": 1, "vivid": 4, "loud": 1, "both": 4}
TONE = Contrast(ContrastKind.FACTOR, factor="tone", level=1, baseline=0)
RUNS = 400 if PROOF else 25


def ramped(rng: np.random.Generator, n: int = 400) -> Setting:
    """Nothing differs between arms, but everything rises, and `tone` 1 is handed out more and more."""
    version = np.repeat([7.0, 8.0], n)
    drawn = [rng.choice([1.0, 2.0, 3.0, 4.0], n, p=np.array(list(w.values())) / 10) for w in (EARLY, LATE)]
    values = rng.normal(10, 1, 2 * n) + 2 * (version == 8)
    asked = setting(values, np.concatenate(drawn), version=version)
    return replace(asked, arms=SPECS, factors=FACTORS, shares={7: EARLY, 8: LATE})


def question(contrast: Contrast, method: Method) -> Question:
    return Question("q", "score", Role.PRIMARY, contrast, method=method)


@pytest.mark.parametrize("method", [Method.ANYTIME, Method.FIXED])
@pytest.mark.parametrize("contrast", [TONE, Contrast(ContrastKind.INTERACTION, factors=("tone", "size"))])
def test_factors_are_compared_stretch_by_stretch(contrast: Contrast, method: Method) -> None:
    rng, asked = np.random.default_rng(18), question(contrast, method)
    missed = sum(not found(asked, ramped(rng)).holds(0.0) for _ in range(RUNS))

    assert missed <= 0.05 * RUNS + 3 * (0.05 * 0.95 * RUNS) ** 0.5


def test_the_same_pooled_would_have_been_misleading() -> None:
    rng = np.random.default_rng(18)
    pooled = [replace(ramped(rng), shares={}) for _ in range(5)]

    assert all(found(question(TONE, Method.FIXED), each).low > 0.5 for each in pooled)


@pytest.mark.parametrize("method", [Method.ANYTIME, Method.ANOVA, Method.RANKS])
def test_any_difference_among_arms_whose_shares_changed_is_a_sentence(method: Method) -> None:
    contrast = Contrast(ContrastKind.OMNIBUS)

    assert "compared stretch by stretch" in said(question(contrast, method), ramped(np.random.default_rng(1))).why_not


@pytest.mark.parametrize("method", [Method.RANKS, Method.LOGISTIC, Method.ANOVA])
def test_what_cannot_be_weighed_stretch_by_stretch_is_not_pooled(method: Method) -> None:
    contrast = TONE if method != Method.ANOVA else Contrast(ContrastKind.INTERACTION, factors=("tone", "size"))

    assert "changed on the way" in said(question(contrast, method), ramped(np.random.default_rng(1))).why_not


def filled(values: Array, arms: Array) -> Setting:
    """`vivid` was full after its last unit."""
    last = float(np.flatnonzero(arms == 2).max())
    return replace(setting(values, arms), closed={"vivid": last})


def test_who_came_after_an_arm_was_full_is_not_held_against_it() -> None:
    rng = np.random.default_rng(18)
    arms = np.concatenate([np.tile([1.0, 2.0], 100), np.ones(400)])
    asked = filled(rng.normal(10, 1, 600) + 3 * (np.arange(600) >= 200), arms)

    one = found(ASKED, asked)

    assert (one.n, one.holds(0.0)) == (200, True)
    assert not found(ASKED, replace(asked, closed={})).holds(0.0)
    assert (
        found(replace(ASKED, contrast=Contrast(ContrastKind.OMNIBUS), method=Method.ANOVA), asked_of_two(asked)).n
        == 200
    )


def asked_of_two(asked: Setting) -> Setting:
    return replace(asked, arms={pk: spec for pk, spec in asked.arms.items() if spec.name != "loud"})


def test_an_arm_is_closed_by_its_last_unit_once_it_has_as_many_as_its_quota() -> None:
    asked = setting(np.zeros(6), np.array([1.0, 2.0, 1.0, 2.0, 1.0, 1.0]))
    specs = {1: replace(asked.arms[1], quota=9), 2: replace(asked.arms[2], quota=2)}

    assert _closed(asked.columns, specs) == {"vivid": 3.0}
