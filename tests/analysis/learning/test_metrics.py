"""Metrics say what scikit-learn says, on labels of any kind; what it lacks is checked by hand or by definition."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics as theirs

from analysis.learning.components import ComponentError
from analysis.learning.metrics import METRICS, figures_of, more_is_better, parse_metrics
from experiments.types import Json

Array = NDArray[np.generic]
AVERAGED = {"f1": theirs.f1_score, "precision": theirs.precision_score, "recall": theirs.recall_score}


@dataclass(frozen=True)
class Answers:
    targets: Array
    predicted: Array
    scores: Array
    labels: tuple[int | float | str | bool, ...] = ()


def answers(labels: list[str] | list[int], n: int = 400, seed: int = 18) -> Answers:
    """Of a model that is right more often than not; scores with ties."""
    random = np.random.default_rng(seed)
    targets = random.choice(len(labels), size=n, p=np.arange(1, len(labels) + 1) / sum(range(1, len(labels) + 1)))
    raw = random.random((n, len(labels))) + 0.7 * np.eye(len(labels))[targets]
    scores = np.round(raw / raw.sum(axis=1, keepdims=True), 3)
    scores[:, 0] += 1 - scores.sum(axis=1)
    names = np.array(labels)
    return Answers(names[targets], names[scores.argmax(axis=1)], scores, tuple(labels))


THREE = answers(["cat", "dog", "horse"])
TWO = answers([0, 1])
NUMBERS = Answers(
    targets := np.random.default_rng(1).normal(size=(200, 2)),
    predicted := targets + np.random.default_rng(2).normal(size=(200, 2)) / 3,
    predicted,
)


def figure(spec: Json, seen: Answers) -> float:
    [metric] = parse_metrics([spec])
    [measure] = metric.figures().values()
    return measure(seen)


@pytest.mark.parametrize("seen", [TWO, THREE], ids=["two", "three"])
@pytest.mark.parametrize(
    ("spec", "their"),
    [
        ("accuracy", theirs.accuracy_score),
        ("balanced_accuracy", theirs.balanced_accuracy_score),
        ("matthews_correlation", theirs.matthews_corrcoef),
        ("cohen_kappa", theirs.cohen_kappa_score),
        *(
            (f"{name}_{average}", lambda *args, their=their, average=average: their(*args, average=average))
            for name, their in AVERAGED.items()
            for average in ("macro", "micro", "weighted")
        ),
        (
            {"kind": "f_beta", "beta": 0.5, "average": "weighted"},
            lambda *args: theirs.fbeta_score(*args, beta=0.5, average="weighted"),
        ),
    ],
    ids=lambda value: "theirs" if callable(value) else str(value),
)  # fmt: skip
def test_of_labels(spec: Json, their: Callable[..., float], seen: Answers) -> None:
    assert figure(spec, seen) == pytest.approx(float(their(seen.targets, seen.predicted)), abs=1e-12)


@pytest.mark.parametrize("name", AVERAGED)
def test_of_one_label(name: str) -> None:
    their = AVERAGED[name]

    assert figure(f"{name}_binary", TWO) == pytest.approx(their(TWO.targets, TWO.predicted), abs=1e-12)
    assert figure({"kind": name, "average": "binary", "positive": "cat"}, THREE) == pytest.approx(
        their(THREE.targets == "cat", THREE.predicted == "cat"), abs=1e-12
    )


def test_of_probabilities() -> None:
    truth = TWO.targets
    second = TWO.scores[:, 1]

    assert figure("auroc", TWO) == pytest.approx(theirs.roc_auc_score(truth, second), abs=1e-12)
    assert figure("aupr", TWO) == pytest.approx(theirs.average_precision_score(truth, second), abs=1e-12)
    assert figure("brier_score", TWO) == pytest.approx(theirs.brier_score_loss(truth, second), abs=1e-12)
    for seen in (TWO, THREE):
        assert figure("log_loss", seen) == pytest.approx(theirs.log_loss(seen.targets, seen.scores), abs=1e-12)


def test_of_the_probabilities_of_several_labels() -> None:
    one_hot = THREE.targets[:, None] == np.array(THREE.labels)
    for average in ("macro", "weighted"):
        assert figure(f"auroc_{average}", THREE) == pytest.approx(
            theirs.roc_auc_score(THREE.targets, THREE.scores, multi_class="ovr", average=average), abs=1e-12
        )
        assert figure(f"aupr_{average}", THREE) == pytest.approx(
            theirs.average_precision_score(one_hot, THREE.scores, average=average), abs=1e-12
        )
    assert figure("brier_score", THREE) == pytest.approx(
        theirs.brier_score_loss(THREE.targets, THREE.scores, labels=THREE.labels), abs=1e-12
    )


def test_the_brier_score_of_a_label_that_the_model_does_not_know_is_refused() -> None:
    foreign = Answers(np.array([0, 2, 1]), np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]), (0, 1))

    with pytest.raises(ValueError, match=r"1 true labels, such as 2, are none of the labels that the model knows"):
        figure("brier_score", foreign)


def test_the_true_label_among_the_first_k() -> None:
    continuous = np.random.default_rng(5).random((300, 4))
    seen = Answers(np.random.default_rng(6).integers(0, 4, 300), continuous.argmax(axis=1), continuous, (0, 1, 2, 3))

    assert figure({"kind": "top_k_accuracy", "k": 2}, seen) == theirs.top_k_accuracy_score(
        seen.targets, continuous, k=2
    )


def test_of_numbers() -> None:
    for name, their in (
        ("mean_squared_error", theirs.mean_squared_error),
        ("root_mean_squared_error", lambda a, b: math.sqrt(theirs.mean_squared_error(a, b))),
        ("mean_absolute_error", theirs.mean_absolute_error),
        ("r_squared", theirs.r2_score),
    ):
        assert figure(name, NUMBERS) == pytest.approx(their(NUMBERS.targets, NUMBERS.scores), abs=1e-12)
    distance = np.linalg.norm(NUMBERS.targets.astype(float) - NUMBERS.scores.astype(float), axis=1)
    assert figure({"kind": "lp_loss", "exponent": 2, "root": 2}, NUMBERS) == pytest.approx(distance.mean())


def test_recall_at_k_is_one_figure_for_each_k() -> None:
    """MLgym's own oracle: of four, one is among the first and two are among the first two."""
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    seen = Answers(np.array([1, 1, 0, 1, 0, 1]), np.ones(6, int), np.stack([1 - scores, scores], axis=1), (0, 1))
    [metric] = parse_metrics([{"kind": "recall_at_k", "ks": [1, 2, 50]}])

    assert {name: measure(seen) for name, measure in metric.figures().items()} == {
        "recall_at_1": 0.25,
        "recall_at_2": 0.5,
        "recall_at_50": 1.0,
    }
    ascending = figure({"kind": "recall_at_k", "ks": [2], "descending": False}, seen)
    assert ascending == 0.25


def test_the_area_under_recall_at_k_is_one_for_a_perfect_order() -> None:
    scores = np.linspace(1, 0, 10)
    seen = Answers((scores > 0.6).astype(int), np.ones(10, int), np.stack([1 - scores, scores], axis=1), (0, 1))

    assert figure("area_under_recall_at_k", seen) == pytest.approx(1)
    assert figure({"kind": "area_under_recall_at_k", "ks": [2, 4], "normalise": False}, seen) == pytest.approx(0.75)
    assert figure({"kind": "area_under_recall_at_k", "descending": False}, seen) < 0.4


def test_calibration_by_hand() -> None:
    """Two bins. Below 0.5: 0.1 and 0.3, one true: |0.4 - 1| / 4. Above: 0.6 and 0.9, both true: |1.5 - 2| / 4."""
    scores = np.array([0.1, 0.3, 0.6, 0.9])
    seen = Answers(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]), np.stack([1 - scores, scores], axis=1), (0, 1))
    spec: dict[str, Json] = {"kind": "expected_calibration_error", "bins": 2, "label": 1}
    [by_bin] = parse_metrics([{**spec, "sum_up": False, "tag": "ece"}])

    assert figure(spec, seen) == pytest.approx(0.15 + 0.125)
    assert [measure(seen) for measure in by_bin.figures().values()] == pytest.approx([0.15, 0.125])
    assert list(by_bin.figures()) == ["ece_bin_1", "ece_bin_2"]
    both = [figure({**spec, "label": label}, seen) for label in (0, 1)]
    assert figure({"kind": "classwise_calibration_error", "bins": 2}, seen) == pytest.approx(sum(both) / 2)


def test_a_model_that_is_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    scores = np.repeat([0.25, 0.75], [400, 400])
    truth = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0]).astype(int)
    seen = Answers(truth, (scores > 0.5).astype(int), np.stack([1 - scores, scores], axis=1), (0, 1))

    assert figure("expected_calibration_error", seen) == pytest.approx(0)
    assert figure("classwise_calibration_error", seen) == pytest.approx(0)


def test_the_order_of_samples_changes_nothing_where_scores_differ() -> None:
    order = np.random.default_rng(3).permutation(400)
    shuffled = Answers(THREE.targets[order], THREE.predicted[order], THREE.scores[order], THREE.labels)
    for spec in ("f1_macro", "auroc_macro", "aupr_macro", "log_loss", "expected_calibration_error"):
        assert figure(spec, shuffled) == pytest.approx(figure(spec, THREE), abs=1e-12)


def test_an_area_without_negatives_does_not_exist() -> None:
    one = Answers(np.ones(3, int), np.ones(3, int), np.full((3, 2), 0.5), (0, 1))

    assert math.isnan(figure("auroc", one))
    assert figure("aupr", one) == 1


def test_long_labels_are_not_cut_to_the_length_of_short_ones() -> None:
    seen = Answers(np.array(["a", "b"]), np.array(["a", "because"]), np.eye(2), ("a", "b"))

    assert figure("accuracy", seen) == 0.5


def test_what_has_no_meaning_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="needs classes, but numbers are predicted"):
        figure("accuracy", NUMBERS)
    with pytest.raises(ValueError, match="needs numbers, but classes are predicted"):
        figure("mean_squared_error", THREE)
    with pytest.raises(ValueError, match="of two labels, not 3"):
        figure("auroc", THREE)
    with pytest.raises(ValueError, match="'cow' is none of those predicted"):
        figure({"kind": "auroc", "positive": "cow"}, THREE)


def test_a_short_name_stands_for_a_metric_with_its_average() -> None:
    assert METRICS.parse("f1_weighted") == METRICS.parse({"kind": "f1", "average": "weighted"})
    assert list(figures_of(parse_metrics(["f1_macro", "auroc", {"kind": "accuracy", "tag": "right"}]))) == [
        "f1_macro",
        "auroc",
        "right",
    ]


def test_a_wrong_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ComponentError) as refusal:
        parse_metrics(["acuracy", {"kind": "f1", "average": "middle"}])

    assert [(path, hint) for path, _, hint in refusal.value.findings] == [
        (("metrics", 0), "Did you mean “accuracy”?"),
        (("metrics", 1, "average"), "Write one of macro, micro, weighted, binary."),
    ]


def test_two_figures_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Two figures are called f1_macro"):
        figures_of(parse_metrics(["f1", "f1_macro"]))


def test_which_way_is_better_is_known_by_name() -> None:
    assert [more_is_better(name) for name in ("auroc_macro", "brier_score", "loss", "sharpe")] == [
        True,
        False,
        False,
        None,
    ]


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "auroc"},
        {"kind": "aupr"},
        {"kind": "top_k_accuracy", "k": 1},
        {"kind": "expected_calibration_error"},
        {"kind": "classwise_calibration_error"},
        {"kind": "recall_at_k", "ks": [2]},
        {"kind": "area_under_recall_at_k"},
        "log_loss",
        "brier_score",
    ],
)
def test_of_lost_scores_there_is_no_figure(spec: Json) -> None:
    """A model that has diverged is not half good."""
    scores = np.array([[0.9, 0.1], [np.nan, np.nan], [0.8, 0.2], [0.3, 0.7]])
    seen = Answers(np.array([0, 1, 0, 1]), np.array([0, 0, 0, 1]), scores, (0, 1))

    assert math.isnan(figure(spec, seen))


def test_a_label_that_the_model_does_not_know_is_never_among_the_first_k() -> None:
    seen = Answers(np.array([0, 2]), np.array([0, 1]), np.array([[0.7, 0.3], [0.2, 0.8]]), (0, 1))

    assert figure({"kind": "top_k_accuracy", "k": 3}, seen) == 0.5
