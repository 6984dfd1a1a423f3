"""Quantities may be bounded from another data set than the objective: searched, foreseen and tested like all others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.safety.joined import Joined
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.panel import taken
from analysis.safety.searching import Divided
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Demand, Quantity, Subject
from analysis.safety.testing.splitting import divided
from analysis.safety.training import Training, train
from tests.analysis.safety.subjects import classification, engine_demands

THETA = np.array([0.2, 0.8, -0.6, 0.3, 0.1, -0.4])
GAP = "abs((PR | [M]) - (PR | [F])) <= 0.15"
RATIO = "(TPR | [F]) / (TPR | [M]) >= 0.8"
MEN, WOMEN = Quantity("PR", where=("M",)), Quantity("PR", where=("F",))


def halves() -> tuple[Supervised, Supervised]:
    whole = classification()
    return tuple(replace(whole, samples=taken(whole.samples, rows)) for rows in np.split(np.arange(1200), [700]))  # type: ignore[return-value]  # two


def joined(*quantities: Quantity) -> Joined:
    first, second = halves()

    def beside(primary: Subject) -> Subject:
        assert isinstance(primary, Supervised)
        return replace(primary, samples=second.samples)

    return Joined(first, (beside,), dict.fromkeys(quantities, 1))


def foreseen(subject: Subject, demands: tuple[Demand, ...], size: int) -> float:
    return float(subject.problem(np.arange(subject.count), demands, size=size).look(THETA).bounds[0])


@pytest.mark.parametrize("text", ["PR <= 0.9", "0.3 <= PR", "2 * PR - 1 <= 0.5"])
def test_a_constraint_all_from_the_other_set_is_foreseen_as_if_that_were_the_data(text: str) -> None:
    demands = engine_demands([text], delta=0.05)
    _, second = halves()

    there = foreseen(second, demands, size=600 * 500 // 1200)
    assert foreseen(joined(Quantity("PR")), demands, size=600) == pytest.approx(there, abs=1e-12)


def test_each_quantity_is_tested_on_its_own_data() -> None:
    first, second = halves()
    subject = joined(WOMEN)
    found = subject.evidence(THETA, np.arange(subject.count), (MEN, WOMEN))

    men = first.evidence(THETA, np.arange(first.count), (MEN,))[MEN]
    women = second.evidence(THETA, np.arange(second.count), (WOMEN,))[WOMEN]
    assert np.array_equal(found[MEN].values, men.values)
    assert np.array_equal(found[WOMEN].values, women.values)


@pytest.mark.parametrize("text", [GAP, RATIO, "PR <= 0.6"])
def test_slopes_are_those_of_the_bounds(text: str) -> None:
    demands = engine_demands([text, "FPR <= 0.4"], delta=0.05)
    subject = joined(WOMEN, Quantity("TPR", where=("F",)))
    problem, step = subject.problem(np.arange(subject.count), demands, size=900), 1e-6

    look, gradient, rows = problem.slopes(THETA)
    weighted = problem.slope(THETA, np.array([0.3, 2.0]))[1]
    assert look.bounds == pytest.approx(problem.look(THETA).bounds)
    assert weighted == pytest.approx(gradient + 0.3 * rows[0] + 2 * rows[1])
    for place, unit in enumerate(np.eye(6)):
        after, before = problem.look(THETA + step * unit), problem.look(THETA - step * unit)
        assert gradient[place] == pytest.approx((after.objective - before.objective) / (2 * step), abs=1e-6)
        assert rows[:, place] == pytest.approx((after.bounds - before.bounds) / (2 * step), abs=1e-6)


def test_every_set_is_divided_in_the_same_share() -> None:
    subject = joined(WOMEN)
    parts = divided(subject.strata(), fraction=0.6, seed=3)

    assert np.sum(parts.safety < 700) == pytest.approx(420, abs=8)
    assert np.sum(parts.safety >= 700) == pytest.approx(300, abs=8)


def test_a_model_is_trained_and_tested_over_both() -> None:
    training = Training(engine_demands([GAP], delta=0.05), OPTIMISERS.parse("auto"), fraction=0.5)
    outcome = train(joined(WOMEN), training, rng=np.random.default_rng(1))

    assert outcome.passed
    read = {one.quantity: one.n for one in outcome.verdicts[0].readings}
    men, women = (part.samples.groups[name].sum() for part, name in zip(halves(), "MF", strict=True))
    assert read[MEN] == pytest.approx(men / 2, abs=5)
    assert read[WOMEN] == pytest.approx(women / 2, abs=5)


def test_batches_have_their_share_of_both() -> None:
    subject = joined(WOMEN)
    problem = Divided(subject, np.arange(subject.count), engine_demands([GAP], delta=0.05), size=900)
    optimiser = OPTIMISERS.parse({"type": "adam", "batch_size": 200, "epochs": 30})
    start = problem.look(np.zeros(6))
    found = optimiser.select(problem, np.zeros(6), rng=np.random.default_rng(2), watch=lambda *_: None)

    assert found.feasible
    assert found.trace.objective[found.trace.best] < start.objective


def test_a_set_that_there_is_not_and_one_that_serves_nothing_are_refused() -> None:
    first, second = halves()
    with pytest.raises(ValueError, match="there are 1 additional data sets; there is no 2"):
        Joined(first, (lambda primary: second,), {MEN: 2})
    with pytest.raises(ValueError, match="data set 1 is used by no quantity"):
        Joined(first, (lambda primary: second,), {})
