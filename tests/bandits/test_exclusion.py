"""Experiments of one group share no units, whoever asks for the arm."""

import pytest

from bandits.errors import NotInExperiment
from bandits.services.asking import Asking, assign_unit
from experiments.models import Assignment, Experiment, Unit
from tests.studies import NOON, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Experiment, Experiment]:
    first, second = running(exclusion_group="buttons"), running(exclusion_group="buttons")
    second.study.experiments.update(study=first.study)
    second.refresh_from_db()
    return first, second


def test_a_unit_with_an_arm_is_refused_by_the_other_experiment(pair: tuple[Experiment, Experiment]) -> None:
    first, second = pair
    assign_unit(first, Asking("unit-1"), now=NOON)

    with pytest.raises(NotInExperiment, match="excludes"):
        assign_unit(second, Asking("unit-1"), now=NOON)

    assert Assignment.objects.count() == 1
    assert Unit.objects.count() == 1


def test_another_unit_is_let_in(pair: tuple[Experiment, Experiment]) -> None:
    first, second = pair
    assign_unit(first, Asking("unit-1"), now=NOON)

    assert assign_unit(second, Asking("unit-2"), now=NOON)[1]


def test_asking_the_same_experiment_again_gives_the_same_arm(pair: tuple[Experiment, Experiment]) -> None:
    first, _ = pair
    assignment, _ = assign_unit(first, Asking("unit-1"), now=NOON)

    assert assign_unit(first, Asking("unit-1"), now=NOON) == (assignment, False)


def test_groups_of_other_studies_do_not_matter() -> None:
    first, second = running(exclusion_group="buttons"), running(exclusion_group="buttons")
    assign_unit(first, Asking("unit-1"), now=NOON)

    assert assign_unit(second, Asking("unit-1"), now=NOON)[1]
