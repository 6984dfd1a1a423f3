"""GrowthBook's published cases come out as published, so that a running experiment can move here."""

import json
from pathlib import Path

import pytest

from bandits.policies import ArmWeight
from bandits.policies.growthbook import bucket_ranges, in_namespace, position, variation_at
from bandits.policies.hash import Hash

CASES = json.loads((Path(__file__).parent / "growthbook_cases.json").read_text())["cases"]


def cases(kind: str) -> list[dict[str, object]]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


@pytest.mark.parametrize("case", cases("hash"))
def test_hash(case: dict) -> None:  # type: ignore[type-arg]  # JSON
    assert position(case["seed"], case["value"], case["version"]) == case["expected"]


@pytest.mark.parametrize("case", cases("bucket_ranges"))
def test_bucket_ranges(case: dict) -> None:  # type: ignore[type-arg]  # JSON
    ranges = bucket_ranges(case["num_variations"], case["coverage"], case["weights"])

    assert [list(each) for each in ranges] == [pytest.approx(each, abs=1e-12) for each in case["expected"]]


@pytest.mark.parametrize("case", cases("namespace"))
def test_namespace(case: dict) -> None:  # type: ignore[type-arg]  # JSON
    assert in_namespace(case["user_id"], *case["namespace"]) is case["expected"]


@pytest.mark.parametrize("case", cases("assign"))
def test_assignment(case: dict) -> None:  # type: ignore[type-arg]  # JSON
    experiment, expected = case["experiment"], case["expected"]
    arms = [
        ArmWeight(name, weight) for name, weight in zip(experiment["variations"], experiment["weights"], strict=True)
    ]
    policy = Hash.parse(
        {
            "method": f"growthbook_v{experiment['hashVersion']}",
            "key": experiment["key"],
            "coverage": experiment["coverage"],
        }
    )
    choice = policy.choose(arms, unit=case["unit_id"], attributes={}, counts={}, seed=1)

    assert choice.arm == (experiment["variations"][expected["variation_index"]] if expected["in_experiment"] else None)
    assert position(experiment["key"], case["unit_id"], experiment["hashVersion"]) == expected["bucket"]


@pytest.mark.parametrize(
    ("coverage", "weights"),
    [(0.5, [0.4, 0.6]), (1.7, None), (-0.2, [0.4, 0.6]), (1, [0.4, 0.4]), (1, [1]), (1, [0.5, 0.504])],
)
def test_ranges_begin_where_the_weights_before_end(coverage: float, weights: list[float] | None) -> None:
    is_usable = weights is not None and len(weights) == 2 and 0.99 <= sum(weights) <= 1.01
    first, second = weights if weights is not None and is_usable else [0.5, 0.5]
    covered = min(max(coverage, 0), 1)

    assert bucket_ranges(2, coverage, weights) == ((0, covered * first), (first, first + covered * second))


def test_a_place_on_a_border_belongs_to_the_range_that_begins_there() -> None:
    ranges = bucket_ranges(2, 1, [0.5, 0.5])

    assert [variation_at(place, ranges) for place in (0, 0.4999, 0.5, 0.9999, 1)] == [0, 0, 1, 1, -1]


def test_raising_coverage_moves_nobody() -> None:
    arms = [ArmWeight("a", 0.3), ArmWeight("b", 0.7)]
    for method in ("machina", "growthbook_v1", "growthbook_v2"):
        narrow, wide = (Hash.parse({"method": method, "coverage": coverage}) for coverage in (0.2, 0.6))
        for i in range(2_000):
            before, after = (
                p.choose(arms, unit=f"u{i}", attributes={}, counts={}, seed=18).arm for p in (narrow, wide)
            )
            assert before in {None, after}


def test_a_unit_outside_the_namespace_is_not_in_the_experiment() -> None:
    arms = [ArmWeight("a"), ArmWeight("b")]
    spec = {"method": "growthbook_v2", "namespace": "namespace1"}
    inside, outside = (Hash.parse({**spec, "namespace_range": part}) for part in ([0.4, 1], [0, 0.4]))

    assert inside.choose(arms, unit="1", attributes={}, counts={}, seed=1).arm is not None
    assert outside.choose(arms, unit="1", attributes={}, counts={}, seed=1).arm is None
