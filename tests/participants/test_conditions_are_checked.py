"""Conditions that cannot be asked are found before anybody meets them."""

import pytest

from experiments.errors import NotReady
from experiments.services.lifecycle import start_experiment
from experiments.types import Json
from tests.factories import make_experiment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("condition", [{"any": ["answers.age"]}, {"all": "answers.age"}, {"not": {"any": [5]}}])
def test_a_condition_that_cannot_be_asked_keeps_the_experiment_closed(condition: Json) -> None:
    draft = make_experiment(status="draft", steps=[{"name": "only", "components": [], "show_if": condition}])

    with pytest.raises(NotReady, match="condition"):
        start_experiment(draft)
