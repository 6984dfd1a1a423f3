"""The search's view of supervised learning: bounds from sums over atoms, slopes that are differences."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from analysis.safety.atoms import atoms_of
from analysis.safety.bounds.risks import CVaR
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.measures import MEASURES, Own, Risky, together
from analysis.safety.measures.errors import MeanAbsoluteError
from analysis.safety.mixing import ByNumbers, ByTables, Term
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES, USUAL
from analysis.safety.problem import SupervisedProblem
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Demand, Measure, Problem, Regime, Samples

N = 600
GROUPS = ("M", "F", "OLD", "RARE")
OWN = Own(
    "Overshoot",
    lambda outputs, labels: np.clip(outputs - labels, 0.0, 2.0) ** 2,
    span=(0.0, 4.0),
    regimes=frozenset({Regime.REGRESSION}),
    counted=lambda labels: labels > 0,
)
WORST = Risky("Worst_Fifth", MeanAbsoluteError(), CVaR(0.2))
ALL = together(MEASURES.values(), OWN, WORST)


class Setting(NamedTuple):
    regime: Regime
    model: str
    classes: int
    texts: tuple[str, ...]


BINARY = Setting(
    Regime.BINARY,
    "logistic",
    2,
    (
        "abs((PR | [M]) - (PR | [F])) <= 0.15",
        "min((TPR | [M])/(TPR | [F]), (TPR | [F])/(TPR | [M])) >= 0.6",
        "abs((FNR | [M]) - (FNR | [F])) + abs((FPR | [M,OLD]) - (FPR | [F,OLD])) <= 0.5",
        "2*FPR - (ACC | [OLD])*(TNR | [M]) <= 0.4",
        "(Hard_PR | [M]) - (Hard_PR | [F]) <= 0.3",
    ),
)
NUMBERS = Setting(
    Regime.REGRESSION,
    "linear",
    0,
    (
        "abs((Mean_Error | [M]) - (Mean_Error | [F])) <= 0.5",
        "(Mean_Squared_Error | [OLD])**0.5 <= 3",
        "Worst_Fifth <= 4",
        "(Overshoot | [M]) - (Overshoot | [F]) <= 1",
        "Mean_Absolute_Error + Mean_Prediction <= 3",
    ),
)
SQUASHED = NUMBERS._replace(model="squashed_linear")
SEVERAL = Setting(
    Regime.MULTICLASS,
    "multiclass_logistic",
    3,
    (
        "abs((PR_[0] | [M]) - (PR_[0] | [F])) <= 0.3",
        "CM_[0,1] + CM_[2,1] <= 1.5",
        "(ACC | [M]) >= 0.2",
        "(TPR_[2] | [OLD]) - FPR_[1] <= 1",
        "Hard_CM_[1,0] <= 0.9",
    ),
)
every_setting = pytest.mark.parametrize(
    "setting", [BINARY, NUMBERS, SQUASHED, SEVERAL], ids=lambda setting: setting.model
)
RANGES = {"Mean_Error": (-9, 9), "Mean_Squared_Error": (0, 81), "Mean_Absolute_Error": (0, 9), "Worst_Fifth": (0, 9)}


def subject(setting: Setting) -> Supervised:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(N, 4)) * [1.0, 3.0, 0.5, 1.0] + [0.0, 1.0, 0.0, 0.0]
    groups = {"M": rng.random(N) < 0.5, "OLD": rng.random(N) < 0.4, "RARE": np.arange(N) < 3}
    scores = features @ [1.0, -0.2, 0.5, 0.1] + 0.5 * groups["M"]
    labels = scores + rng.normal(size=N)
    if setting.classes:
        labels = np.digitize(labels, np.quantile(labels, np.linspace(0, 1, setting.classes + 1)[1:-1])).astype(float)
    samples = Samples(features, labels, {**groups, "F": ~groups["M"]})
    objective = OBJECTIVES.parse({"type": USUAL[setting.regime], "penalty": 0.01})
    return Supervised(samples, MODELS.parse(setting.model), objective, setting.classes, ALL)


def demands(setting: Setting, *texts: str) -> tuple[Demand, ...]:
    known = Vocabulary.of(setting.regime, groups=GROUPS, measures=ALL, classes=setting.classes or None)
    ranges = {**RANGES, "Mean_Prediction": (-9.0, 9.0)}
    terms = Terms(ranges=ranges, measures=ALL)
    return tuple(demand_of(parse_constraint(text, known, delta=0.05), terms) for text in texts or setting.texts)


def problem(setting: Setting, *texts: str) -> Problem:
    return subject(setting).problem(np.arange(0, N, 2), demands(setting, *texts), size=400)


def theta(size: int) -> Array:
    return np.random.default_rng(4).normal(size=size) * 0.3


@every_setting
def test_every_slope_is_a_difference(setting: Setting) -> None:
    sought, at, step = problem(setting), theta(problem(setting).size), 1e-6
    look, gradient, slopes = sought.slopes(at)
    ends = [(sought.look(at + away), sought.look(at - away)) for away in np.eye(len(at)) * step]

    assert np.isfinite(look.bounds).all()
    assert gradient == pytest.approx([(up.objective - down.objective) / (2 * step) for up, down in ends], abs=1e-5)
    assert pytest.approx(np.array([(up.bounds - down.bounds) / (2 * step) for up, down in ends]), abs=1e-5) == slopes.T


@every_setting
def test_one_pass_for_all_constraints_is_the_sum_of_one_for_each(setting: Setting) -> None:
    sought, weights = problem(setting), np.array([0.5, 0.0, 2.0, 1.0, 0.3])
    at = theta(sought.size)
    look, gradient, slopes = sought.slopes(at)
    together, total = sought.slope(at, weights)

    assert together.bounds == pytest.approx(look.bounds)
    assert total == pytest.approx(gradient + weights @ slopes)
    assert sought.look(at).objective == look.objective == together.objective


@every_setting
def test_a_constraint_s_bound_does_not_depend_on_the_others(setting: Setting) -> None:
    sought = problem(setting)
    at = theta(sought.size)
    alone = [problem(setting, text).look(at).bounds[0] for text in setting.texts]

    assert sought.look(at).bounds == pytest.approx(alone, rel=1e-12)


@every_setting
def test_the_order_of_the_rows_does_not_matter(setting: Setting) -> None:
    found, rows = subject(setting), np.arange(0, N, 2)
    turned = found.problem(rows[::-1].copy(), demands(setting), size=400)
    at = theta(turned.size)

    assert turned.look(at).bounds == pytest.approx(problem(setting).look(at).bounds, rel=1e-12)


def test_without_a_constraint_the_objective_alone_is_sought() -> None:
    sought = subject(BINARY).problem(np.arange(N), (), size=400)
    look, gradient = sought.slope(np.zeros(sought.size), np.empty(0))

    assert look.feasible
    assert look.objective == pytest.approx(np.log(2))
    assert np.abs(gradient).max() > 0.01


def test_a_group_of_three_is_foreseen_to_say_nothing() -> None:
    look, gradient, slopes = problem(BINARY, "(PR | [RARE]) <= 0.9").slopes(np.zeros(5))

    assert look.bounds[0] == np.inf
    assert not look.feasible
    assert np.isfinite(gradient).all()
    assert not slopes.any()


@pytest.mark.parametrize("spoilt", [np.nan, np.inf, -np.inf])
def test_parameters_that_are_not_finite_are_not_feasible(spoilt: float) -> None:
    at = np.zeros(5)
    at[1] = spoilt

    with np.errstate(invalid="ignore"):
        assert not problem(BINARY, "PR <= 1").look(at).feasible


def test_predictions_that_hardly_differ_keep_their_digits() -> None:
    """The sum of squares of a group far from the first row loses them."""
    found = subject(BINARY)
    features = np.where(found.samples.groups["M"], 0.0, 4.0)[:, None] + 1e-7 * found.samples.features[:, :1]
    near = replace(found, samples=replace(found.samples, features=features))
    [demand] = demands(BINARY, "(PR | [F]) <= 1")
    at = np.array([0.0, 1.0])
    values = near.evidence(at, np.arange(N), demand.constraint.quantities)[demand.constraint.quantities[0]].values
    sought = near.problem(np.arange(N), (demand,), size=N)

    assert isinstance(sought, SupervisedProblem)
    assert sought._panel.read(at).deviation[0] == pytest.approx(values.std(ddof=1), rel=1e-9)


def test_few_terms_and_many_give_the_same() -> None:
    rng = np.random.default_rng(5)
    quantities = [
        [
            Term(place, float(rng.integers(1, 9)), rng.choice([-1.0, 1.0]), rng.random())
            for place in sorted(rng.choice(6, 3, False))
        ]
        for _ in range(4)
    ]
    quantities.append([])
    means, spreads, by = (
        rng.random(6).tolist(),
        rng.random(6).tolist(),
        (rng.random(5).tolist(), rng.random(5).tolist()),
    )
    numbers, tables = ByNumbers(quantities, 6), ByTables(quantities, 6)
    few, many = numbers.moments(means, spreads), tables.moments(means, spreads)

    assert few[0] == pytest.approx(many[0], nan_ok=True)
    assert few[1] == pytest.approx(many[1], nan_ok=True)
    by[0][4] = by[1][4] = 0.0
    for left, right in zip(numbers.back(few, by), tables.back(many, by), strict=True):
        assert left == pytest.approx(right)


def test_many_groups_that_overlap_are_summed_as_few_are() -> None:
    found, rng = subject(BINARY), np.random.default_rng(6)
    groups = {f"G{number}": rng.random(N) < 0.5 for number in range(7)}
    wide = replace(found, samples=replace(found.samples, groups=groups))
    known = Vocabulary.of(Regime.BINARY, groups=groups)
    asked = tuple(demand_of(parse_constraint(f"(PR | [{name}]) <= 0.9", known, delta=0.05), Terms()) for name in groups)
    at = theta(5)
    together_ = wide.problem(np.arange(N), asked, size=N)
    look, gradient, slopes = together_.slopes(at)

    for number, demand in enumerate(asked):
        alone = wide.problem(np.arange(N), (demand,), size=N).slopes(at)
        assert look.bounds[number] == pytest.approx(alone[0].bounds[0])
        assert slopes[number] == pytest.approx(alone[2][0])
        assert gradient == pytest.approx(alone[1])


def test_a_measure_of_one_s_own_is_known_to_nobody_else() -> None:
    assert "Overshoot" not in MEASURES
    with pytest.raises(ValueError, match="two measures called PR"):
        together(MEASURES.values(), *[MEASURES["PR"]])


@pytest.mark.parametrize(("name", "span"), [("1st", (0, 1)), ("a b", (0, 1)), ("A", (1, 1)), ("A", (np.nan, 1))])
def test_a_measure_that_no_constraint_could_say_or_bound_is_refused(name: str, span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=name):
        Own(name, lambda outputs, labels: outputs, span, frozenset({Regime.BINARY}))


def test_a_function_that_gives_no_value_for_each_row_is_refused() -> None:
    wrong: Measure = Own("Wrong", lambda outputs, labels: outputs[:1], (0, 1), frozenset({Regime.BINARY}))

    with pytest.raises(ValueError, match=r"Wrong gave values of shape \(1,\) for 3 rows"):
        wrong.values(np.ones(3), np.ones(3), ())


def test_more_memberships_than_a_number_has_bits_are_told_apart() -> None:
    rng = np.random.default_rng(8)
    masks = [rng.random(200) < 0.5 for _ in range(130)]
    atoms = atoms_of(masks, 200)

    assert sorted(atoms.order) == list(range(200))
    for mask, within in zip(masks, atoms.within, strict=True):
        assert np.array_equal(mask[atoms.order], np.repeat(within, atoms.counts))
