"""Which allocations let an experiment open."""

import pytest

from bandits.policies import ADAPTIVE
from bandits.readiness import arms_can_be_handed_out
from experiments.types import Json
from tests.factories import make_definition

SHARE: Json = [{"name": "share", "kind": "number", "role": "primary", "low": 0, "high": 1}]
COUNTED: Json = [{"name": "visits", "kind": "number", "role": "primary"}]
FEWER: Json = [{"name": "errors", "kind": "number", "role": "primary", "low": 0, "high": 1, "direction": "down"}]


def said(allocation: Json, *, unit_kind: str = "visitor", measures: Json = SHARE) -> list[str]:
    definition = make_definition(allocation=allocation, unit_kind=unit_kind, measures=measures)
    return list(arms_can_be_handed_out(definition))


def test_permuted_blocks_are_ready() -> None:
    assert list(arms_can_be_handed_out(make_definition(allocation={"policy": "permuted_blocks"}))) == []


@pytest.mark.parametrize("name", [name for name in ADAPTIVE if name != "knapsack"])
def test_a_policy_that_learns_is_ready_for_visitors_and_not_for_participants(name: str) -> None:
    allocation = {**ADAPTIVE[name].example, "reward_window_seconds": 60, "default_reward": 0}

    assert said(allocation) == []  # type: ignore[arg-type]  # JSON, as every example
    (sentence,) = said(allocation, unit_kind="participant")  # type: ignore[arg-type]  # as above
    assert sentence.startswith(f"Allocation: {name} learns from rewards; participants' places are handed out by one of")


@pytest.mark.parametrize(
    ("allocation", "measures", "sentence"),
    [
        ({"policy": "thompson_bernoulli"}, [], "needs one primary measure, a number or a boolean"),
        ({"policy": "thompson_bernoulli"}, COUNTED, "needs low and high of “visits”"),
        ({"policy": "thompson_bernoulli"}, FEWER, "less of “errors” is better"),
        ({"policy": "ucb1", "high": 0.5}, SHARE, "“share” may leave the policy's range, 0 to 0.5"),
        ({"policy": "softmax", "temperature": -1}, SHARE, "allocation.temperature must be a number"),
        ({"policy": "softmax", "colour": 1}, SHARE, "allocation.colour is not a parameter of softmax"),
        ({"policy": "softmax", "reward_window_seconds": 0}, SHARE, "allocation.reward_window_seconds must be"),
        ({"policy": "softmax", "default_reward": 2}, SHARE, "“share” lies between 0 and 1"),
        ({"policy": "knapsack", "budget": 500, "horizon": 1000}, SHARE, "knapsack needs the measure that says"),
        ({"policy": "softmax", "cost": "share"}, SHARE, "softmax looks at no cost"),
    ],
)
def test_what_could_not_be_learnt_is_said_before_it_opens(allocation: Json, measures: Json, sentence: str) -> None:
    (found,) = said(allocation, measures=measures)

    assert sentence in found


def test_a_policy_for_any_reward_needs_no_range() -> None:
    assert said({"policy": "thompson_gaussian"}, measures=COUNTED) == []
