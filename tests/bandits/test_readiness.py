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
def test_a_policy_that_learns_is_ready_for_visitors_and_for_participants(name: str) -> None:
    example = {**ADAPTIVE[name].example, "reward_window_seconds": 60, "default_reward": 0}
    allocation: dict[str, Json] = example  # type: ignore[assignment]  # JSON, as every example

    assert said(allocation) == []
    if ADAPTIVE[name].contextual:
        (sentence,) = said(allocation, unit_kind="participant")
        assert sentence.startswith(f"Allocation: {name} looks at features; say which attributes of participants")
        n = allocation.pop("dimension")
        assert isinstance(n, int)
        allocation |= {"features": [{"constant": 1}] * n}
        allocation |= {"model": "disjoint"} if "model" in ADAPTIVE[name].parameters else {}
    assert said(allocation, unit_kind="participant") == []


def test_a_reward_that_no_page_asks_for_needs_a_default() -> None:
    allocation: Json = {"policy": "softmax"}
    (sentence,) = said(allocation, unit_kind="participant")

    assert "no page asks for “share”" in sentence
    assert said(allocation) == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"features": [{"attribute": "age", "low": 9, "high": 9}]}, "high must be a number above low"),
        ({"features": [{"colour": 1}]}, "allocation.features[0].colour is not part of a feature"),
        ({"features": [{"attribute": "age", "is": []}]}, "is must be a value, or a list of values"),
        ({"features": [{"constant": 1}], "dimension": 2}, "1 features are declared; leave dimension out"),
        ({"features": [{"constant": 1}], "model": "shared"}, "the same for every arm"),
        ({"features": []}, "a list of 1 to 1000 features"),
        ({"dimension": 2, "context": {"properties": {"page": {}}}}, "looks at context.features, which the context may"),
        ({"dimension": 2, "context": {"colour": 1}}, "allocation.context.colour is not known"),
        ({"dimension": 2, "context": {"type": "colour"}}, "type must be one of object, array"),
    ],
)
def test_features_and_contexts_that_cannot_be_are_said_before_it_opens(more: Json, sentence: str) -> None:
    (found,) = said({"policy": "linucb", **more})  # type: ignore[dict-item]  # a mapping

    assert sentence in found


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
