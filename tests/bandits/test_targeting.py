"""Conditions: what GrowthBook's mean, and a sentence for each."""

import pytest

from bandits.policies import PolicyError
from bandits.policies.targeting import Condition

CASES: list[tuple[object, dict[str, object], bool]] = [
    ({}, {}, True),
    ({"country": "DE"}, {"country": "DE"}, True),
    ({"country": "DE"}, {}, False),
    ({"country": None}, {}, True),
    ({"country": None}, {"country": None}, True),
    ({"country": {"$eq": "DE"}}, {"country": "DE"}, True),
    ({"country": {"$ne": "DE"}}, {"country": "FR"}, True),
    ({"country": {"$ne": "DE"}}, {}, True),
    ({"country": {"$in": ["DE", "FR"]}}, {"country": "FR"}, True),
    ({"country": {"$in": []}}, {"country": "FR"}, False),
    ({"tags": {"$in": ["a", "b"]}}, {"tags": ["c", "b"]}, True),
    ({"country": {"$nin": ["DE"]}}, {"country": "FR"}, True),
    ({"age": {"$gte": 18, "$lt": 65}}, {"age": 18}, True),
    ({"age": {"$gte": 18, "$lt": 65}}, {"age": 65}, False),
    ({"age": {"$gt": 18}}, {"age": "19"}, False),
    ({"age": {"$lte": 18}}, {}, False),
    ({"age": {"$gt": 0}}, {"age": True}, False),
    ({"name": {"$lt": "b"}}, {"name": "a"}, True),
    ({"vip": True}, {"vip": True}, True),
    ({"vip": True}, {"vip": 1}, False),
    ({"n": 1}, {"n": True}, False),
    ({"n": 1}, {"n": 1.0}, True),
    ({"email": {"$exists": True}}, {"email": "x"}, True),
    ({"email": {"$exists": True}}, {"email": None}, False),
    ({"email": {"$exists": False}}, {}, True),
    ({"device.kind": "phone"}, {"device": {"kind": "phone"}}, True),
    ({"device.kind": "phone"}, {"device": "phone"}, False),
    ({"device.kind": "phone"}, {"device.kind": "phone"}, True),
    ({"tags": {"$all": ["a", "b"]}}, {"tags": ["b", "a", "c"]}, True),
    ({"tags": {"$all": ["a", "z"]}}, {"tags": ["b", "a", "c"]}, False),
    ({"tags": {"$size": 2}}, {"tags": ["b", "a"]}, True),
    ({"tags": {"$size": {"$gt": 2}}}, {"tags": ["b", "a"]}, False),
    ({"tags": {"$elemMatch": {"$gt": 5}}}, {"tags": [1, 7]}, True),
    ({"items": {"$elemMatch": {"sold": True, "n": {"$gt": 1}}}}, {"items": [{"sold": True, "n": 2}]}, True),
    ({"items": {"$elemMatch": {"sold": True}}}, {"items": [1, {"sold": False}]}, False),
    ({"age": {"$not": {"$lt": 18}}}, {"age": 20}, True),
    ({"$or": [{"a": 1}, {"b": 2}]}, {"b": 2}, True),
    ({"$or": []}, {}, True),
    ({"$nor": [{"a": 1}, {"b": 2}]}, {"b": 2}, False),
    ({"$and": [{"a": 1}, {"b": 2}]}, {"a": 1, "b": 2}, True),
    ({"$not": {"a": 1}}, {"a": 1}, False),
    ({"$or": [{"$and": [{"a": 1}]}, {"$not": {"b": {"$in": [2]}}}]}, {"b": 3}, True),
    ({"version": {"$vgte": "1.9"}}, {"version": "1.10"}, True),
    ({"version": {"$vgt": "1.2.3"}}, {"version": "v1.2.3"}, False),
    ({"version": {"$vlt": "1.0.0"}}, {"version": "1.0.0-beta"}, True),
    ({"version": {"$veq": "1.0.0"}}, {"version": "1.0.0+build7"}, True),
    ({"version": {"$vne": "1.0.0"}}, {"version": "2.0.0"}, True),
    ({"version": {"$vlte": "1.0"}}, {"version": 1.0}, False),
]


@pytest.mark.parametrize(("spec", "attributes", "holds"), CASES, ids=[str(case[:2]) for case in CASES])
def test_a_condition_holds_or_not_and_its_steps_say_the_same(
    spec: object, attributes: dict[str, object], holds: bool
) -> None:
    condition = Condition.parse(spec)

    assert condition.holds(attributes) is holds
    assert all(step.holds for step in condition.steps(attributes)) is holds
    assert all(step.sentence for step in condition.steps(attributes))


BAD: list[tuple[object, str]] = [
    ([], "where must be an object"),
    ({"age": {"$gtt": 1}}, "Did you mean"),
    ({"$orr": []}, "Did you mean $or?"),
    ({"$or": {"a": 1}}, "where.$or must be a list"),
    ({"$or": [1]}, r"where.$or[0] must be an object"),
    ({"country": {"$in": "DE"}}, "where.country.$in must be a list"),
    ({"tags": {"$not": {"$foo": 1}}}, "there is no $foo"),
    ({"name": {"$regex": "(a+)+$"}}, "there is no $regex"),
]


@pytest.mark.parametrize(("spec", "said"), BAD, ids=[str(case[0]) for case in BAD])
def test_what_is_no_condition_is_refused_with_its_place(spec: object, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        Condition.parse(spec)

    assert said in str(refused.value)


def test_a_condition_without_end_is_refused() -> None:
    spec: dict[str, object] = {"a": 1}
    for _ in range(20):
        spec = {"$not": spec}
    with pytest.raises(PolicyError, match="nested"):
        Condition.parse(spec)


def test_the_steps_say_what_was_found() -> None:
    condition = Condition.parse(
        {"country": {"$in": ["DE", "FR"]}, "email": {"$exists": True}, "$or": [{"age": {"$gte": 18}}, {"vip": True}]}
    )

    assert [step.sentence for step in condition.steps({"country": "US", "age": 17})] == [
        "country is one of DE, FR: no, it is US",
        "email is known: no, it is not known",
        "one of these (age is at least 18 | vip is True): no",
    ]
