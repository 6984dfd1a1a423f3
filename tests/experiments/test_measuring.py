"""A measurement fits its measure, and its key counts once."""

import pytest

from experiments.errors import BadValue, Conflict, Unknown
from experiments.models import Experiment, Measurement, Unit
from experiments.services.measuring import Given, record_measurements
from experiments.types import Json
from tests.studies import NOON, running

pytestmark = pytest.mark.django_db

MEASURES: list[Json] = [
    {"name": "score", "kind": "number", "role": "primary", "low": 0, "high": 10},
    {"name": "agreed", "kind": "boolean"},
    {"name": "words", "kind": "text"},
    {"name": "picked", "kind": "choice"},
]
STEPS: list[Json] = [{"name": "page", "components": [{"kind": "text", "props": {"body": "Hello."}}]}]


@pytest.fixture
def experiment() -> Experiment:
    return running(measures=MEASURES, steps=STEPS)


@pytest.fixture
def unit(experiment: Experiment) -> Unit:
    return Unit.objects.create(experiment=experiment, kind="participant")


def test_the_same_key_and_value_again_changes_nothing(experiment: Experiment, unit: Unit) -> None:
    given = Given(unit, "score", 7, "k1")

    assert record_measurements(experiment, [given], now=NOON) == 1
    assert record_measurements(experiment, [given], now=NOON) == 0

    assert Measurement.objects.get().number == 7


def test_a_key_cannot_stand_for_two_values(experiment: Experiment, unit: Unit) -> None:
    record_measurements(experiment, [Given(unit, "score", 7, "k1")], now=NOON)

    with pytest.raises(Conflict, match="k1"):
        record_measurements(experiment, [Given(unit, "score", 8, "k1")], now=NOON)

    assert Measurement.objects.get().value == 7


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("score", 11),
        ("score", -0.1),
        ("score", "7"),
        ("score", True),
        ("score", float("nan")),
        ("agreed", 1),
        ("words", 3),
        ("picked", None),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_all_that_came_with_it(
    experiment: Experiment, unit: Unit, measure: str, value: Json
) -> None:
    with pytest.raises(BadValue, match=measure):
        record_measurements(experiment, [Given(unit, "score", 5, "fine"), Given(unit, measure, value, "bad")], now=NOON)

    assert not Measurement.objects.exists()


def test_an_unknown_measure_is_refused_and_the_known_ones_named(experiment: Experiment, unit: Unit) -> None:
    with pytest.raises(Unknown) as refused:
        record_measurements(experiment, [Given(unit, "scroe", 5, "k1")], now=NOON)

    assert "score" in refused.value.hint
