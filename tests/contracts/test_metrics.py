"""Every metric keeps the promises of its kind. A new one joins by standing in METRICS; it needs no test here."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.learning.metrics import METRICS, Metric, more_is_better

Array = NDArray[np.generic]
N = 200
RANDOM = np.random.default_rng(18)


@dataclass(frozen=True)
class Answers:
    targets: Array
    predicted: Array
    scores: Array
    labels: tuple[int | float | str | bool, ...] = ()


def of_classes(*, is_right: bool) -> Answers:
    """Of ten digits: sure and right, or a guess."""
    targets = RANDOM.integers(0, 10, N)
    raw = np.eye(10)[targets] * 0.999 + 0.0001 if is_right else RANDOM.random((N, 10))
    scores = raw / raw.sum(axis=1, keepdims=True)
    return Answers(targets, scores.argmax(axis=1), scores, tuple(range(10)))


def of_numbers(*, is_right: bool) -> Answers:
    targets = RANDOM.normal(size=N)
    scores = targets[:, None] if is_right else RANDOM.normal(size=(N, 1))
    return Answers(targets, scores[:, 0], scores)


@pytest.fixture(params=METRICS.members)
def kind(request: pytest.FixtureRequest) -> type[Metric]:
    return METRICS.members[request.param]


def values(metric: Metric, *, is_right: bool) -> list[float]:
    """Of classes where it has a meaning there, else of numbers."""
    seen = of_classes(is_right=is_right)
    try:
        return [measure(seen) for measure in metric.figures().values()]
    except ValueError:
        numbers = of_numbers(is_right=is_right)
        return [measure(numbers) for measure in metric.figures().values()]


def test_its_example_fits_its_schema_and_is_read_from_json(kind: type[Metric]) -> None:
    schema = METRICS.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(kind.example, schema)

    assert isinstance(METRICS.parse(json.loads(json.dumps(kind.example))), kind)


def test_every_parameter_says_what_it_means(kind: type[Metric]) -> None:
    assert all(parameter.meaning.endswith(".") for parameter in kind.parameters().values())
    assert (kind.__doc__ or "").partition("\n")[0].endswith(".")


def test_a_model_that_is_right_scores_better_than_a_guess(kind: type[Metric]) -> None:
    metric = METRICS.parse(kind.example)
    right, guess = (values(metric, is_right=is_right) for is_right in (True, False))
    for better, worse in zip(right, guess, strict=True):
        assert better > worse if metric.more_is_better else better < worse


def test_its_figures_are_plain_finite_numbers_with_the_same_names_whatever_is_seen(kind: type[Metric]) -> None:
    metric = METRICS.parse(kind.example)

    assert list(metric.figures()) == list(METRICS.parse(kind.example).figures())
    assert all(type(value) is float and math.isfinite(value) for value in values(metric, is_right=False))


def test_a_tag_names_its_figures(kind: type[Metric]) -> None:
    tagged = METRICS.parse({**kind.example, "tag": "mine"})

    assert all(name.startswith("mine") for name in tagged.figures())


def test_nothing_can_be_measured_without_samples(kind: type[Metric]) -> None:
    empty = Answers(np.zeros(0, int), np.zeros(0, int), np.zeros((0, 10)), tuple(range(10)))
    for measure in METRICS.parse(kind.example).figures().values():
        with pytest.raises(ValueError, match=r"no samples|needs numbers"):
            measure(empty)


def test_which_way_is_better_is_known_by_its_name(kind: type[Metric]) -> None:
    assert more_is_better(kind.name) is kind.more_is_better
