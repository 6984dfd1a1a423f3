"""What an arm is to a view: any JSON, or a function; from the console, a file, or the code."""

import pytest
from django.test import Client

from bandits.web import callable_arm
from bandits.web.declared import DECLARED
from bandits.web.values import CALLABLES, value_of
from experiments.blueprint import ArmSpec
from experiments.types import Json
from tests.bandits.web.conftest import make_trial

CASES: dict[str, tuple[dict[str, Json], dict[str, Json], Json]] = {
    "a level": ({"it": "green"}, {}, "green"),
    "a number": ({"it": 3}, {}, 3),
    "two levels": ({"a": 1, "b": 2}, {}, {"a": 1, "b": 2}),
    "a value": ({"it": "green"}, {"value": "#0a0"}, "#0a0"),
    "a list": ({}, {"value": ["#0a0", "Buy"]}, ["#0a0", "Buy"]),
    "nothing": ({"it": "green"}, {"value": None}, None),
    "an object": ({"it": "green"}, {"hex": "#0a0", "text": "Buy"}, {"hex": "#0a0", "text": "Buy"}),
    "its name": ({}, {}, "plain"),
}


@pytest.mark.parametrize(("levels", "payload", "value"), CASES.values(), ids=CASES)
def test_the_value_of_an_arm(levels: dict[str, Json], payload: dict[str, Json], value: Json) -> None:
    arm = ArmSpec("plain", levels, payload, 1, None, is_control=False, is_enabled=True)

    assert value_of(arm) == value


@pytest.mark.django_db
def test_a_registered_function_is_given_to_the_view(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandits.web.values.CALLABLES", CALLABLES.copy())

    @callable_arm("shout")
    def shout(text: str) -> str:
        return text.upper()

    arms: list[Json] = [{"name": "loud", "levels": {}, "payload": {"call": "shout"}}]
    make_trial("ranking", None, arms=arms)

    assert visitor.get("/called/").content == b"HELLO"
    assert DECLARED == {}
