"""Shapley values: those of the book, by their axioms, and every estimator against counting all coalitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, Explanation, NoExplanation
from analysis.explainers.attribution.coalitions import Game
from analysis.explainers.attribution.exact import ExactShapley, shapley_values
from analysis.explainers.attribution.kernel import KernelShap
from analysis.explainers.attribution.permutation import PermutationShapley
from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import Explainer
from analysis.explainers.subjects import Background, Capability, Modality, Reals, Task
from tests.analysis.explainers.subjects import TABLE, Linear


@dataclass(frozen=True, eq=False)
class Formula:
    """A number by any formula of a matrix."""

    of: Callable[[Reals], Reals]
    labels: tuple[str, ...] = ()
    modality: Modality = Modality.TABULAR
    task: Task = Task.REGRESSION
    digest: str = "3" * 64
    capabilities: frozenset[Capability] = frozenset()

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        return np.asarray(self.of(np.asarray(samples))[:, np.newaxis])


RNG = np.random.default_rng(4)
WIDE = Background(RNG.normal(size=(20, 6)))
CURVED = Formula(lambda x: x[:, 0] * x[:, 1] + np.sin(x[:, 2]) - 2 * x[:, 3] * (x[:, 4] > 0))
ROW = np.array([1.0, -2.0, 0.5, 1.5, 0.3, 9.0])
FEW_ROWS = WIDE.rows[:5]


def values(explanation: Explanation) -> Reals:
    assert isinstance(explanation.body, Attribution)
    return np.array([weight.weight for weight in explanation.body.weights])


def errors(explanation: Explanation) -> Reals:
    assert isinstance(explanation.body, Attribution)
    return np.array([weight.error for weight in explanation.body.weights], dtype=float)


def explained(explainer: Explainer, model: Formula = CURVED, seed: int = 1) -> Explanation:
    return explainer.fit(model, WIDE, seed=seed)(ROW, None)


def test_the_glove_game_gives_the_only_right_glove_four_sixths() -> None:
    """Players 0 and 1 own a left glove, player 2 the right one; a pair is worth 1."""
    worth = np.array([float(bool(c & 0b011) and bool(c & 0b100)) for c in range(8)])

    assert shapley_values(worth) == pytest.approx([1 / 6, 1 / 6, 4 / 6], abs=1e-12)


def test_they_are_the_mean_over_all_orders() -> None:
    worth = RNG.normal(size=16)
    marginal = np.zeros(4)
    for order in permutations(range(4)):
        known = 0
        for player in order:
            marginal[player] += worth[known | 1 << player] - worth[known]
            known |= 1 << player

    assert shapley_values(worth) == pytest.approx(marginal / 24, abs=1e-12)


@pytest.mark.parametrize("explainer", [ExactShapley(), KernelShap(), PermutationShapley()])
def test_a_feature_that_is_never_asked_for_gets_nothing(explainer: Explainer) -> None:
    assert values(explained(explainer))[5] == pytest.approx(0.0, abs=1e-9)


def test_features_that_do_the_same_get_the_same() -> None:
    alike = Formula(lambda x: x[:, 0] * x[:, 1])
    found = ExactShapley().fit(alike, Background(np.zeros((2, 2))), seed=1)(np.array([3.0, 5.0]), None)

    assert values(found) == pytest.approx([7.5, 7.5], abs=1e-12)


def test_the_values_of_a_sum_of_models_are_the_sums_of_their_values() -> None:
    other = Formula(lambda x: np.abs(x).max(axis=1))
    both = Formula(lambda x: 2 * CURVED.of(x) - other.of(x))
    apart = 2 * values(explained(ExactShapley())) - values(explained(ExactShapley(), other))

    assert values(explained(ExactShapley(), both)) == pytest.approx(apart, abs=1e-9)


def test_of_a_linear_model_they_are_coefficient_times_distance_from_the_mean() -> None:
    row = TABLE.rows[3]
    expected = np.array(Linear().weights) * (row - TABLE.rows.mean(axis=0))

    for name in ("exact_shapley", "kernel_shap", "permutation_shapley", "linear_shap"):
        found = EXPLAINERS.parse(name).fit(Linear(), TABLE, seed=1)(row, None)
        assert values(found) == pytest.approx(expected, abs=1e-9), name


def test_kernel_shap_of_all_coalitions_is_exact_and_has_no_errors() -> None:
    found = explained(KernelShap(coalitions=62))

    assert values(found) == pytest.approx(values(explained(ExactShapley())), abs=1e-9)
    assert np.isnan(errors(found)).all()


@pytest.mark.parametrize("explainer", [KernelShap(coalitions=40), PermutationShapley(pairs=20)])
def test_what_is_drawn_errs_as_its_standard_errors_say(explainer: Explainer) -> None:
    exact = values(explained(ExactShapley()))
    runs = [explained(explainer, seed=seed) for seed in range(60)]
    missed = np.array([values(run) - exact for run in runs])[:, :5]
    said = np.array([errors(run) for run in runs])[:, :5]

    assert np.abs(missed.mean(axis=0)).max() < 0.15
    told = np.sqrt((said**2).mean(axis=0))
    assert np.all(missed.std(axis=0) < 2 * told + 1e-9)
    assert np.all(told < 2.5 * missed.std(axis=0) + 0.05)


def test_one_feature_gets_all() -> None:
    model, background = Formula(lambda x: 3 * x[:, 0]), Background(np.array([[0.0], [2.0]]))
    for name in ("exact_shapley", "kernel_shap", "permutation_shapley"):
        found = EXPLAINERS.parse(name).fit(model, background, seed=1)(np.array([5.0]), None)
        assert values(found) == pytest.approx([12.0], abs=1e-12), name


def test_more_than_twelve_features_are_refused_by_counting_and_taken_by_drawing() -> None:
    model, background = Formula(lambda x: x.sum(axis=1)), Background(RNG.normal(size=(4, 13)))
    with pytest.raises(NoExplanation, match="at most 12 features"):
        ExactShapley().fit(model, background, seed=1)

    found = KernelShap(coalitions=400).fit(model, background, seed=1)(np.ones(13), None)
    assert values(found) == pytest.approx(1 - background.rows.mean(axis=0), abs=1e-9)


def test_batches_do_not_change_what_a_coalition_is_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    game = Game(CURVED, ROW, FEW_ROWS, 0)
    masks = RNG.random((40, 6)) < 0.5
    at_once = game.worth(masks)
    monkeypatch.setattr("analysis.explainers.attribution.coalitions.LARGEST_BATCH", 100)

    assert game.worth(masks) == pytest.approx(at_once, abs=1e-12)


def test_the_weights_of_the_first_of_two_classes_are_those_of_the_second_with_the_other_sign() -> None:
    yes, no = (
        EXPLAINERS.parse("linear_shap").fit(Linear(task=Task.BINARY), TABLE, seed=1)(TABLE.rows[3], target)
        for target in (1, 0)
    )

    assert values(no) == pytest.approx(-values(yes), abs=1e-12)
    assert yes.warnings == no.warnings != ()


def test_linear_contributions_start_from_the_intercept() -> None:
    found = EXPLAINERS.parse("linear").fit(Linear(), TABLE, seed=1)(np.array([1.0, 2.0, 4.0]), None)

    assert isinstance(found.body, Attribution)
    assert values(found).tolist() == [2.0, -6.0, 2.0]
    assert (found.body.base, found.body.is_additive) == (1.0, True)
