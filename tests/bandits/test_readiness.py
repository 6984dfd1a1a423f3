"""Which allocations let an experiment open."""

import pytest

from bandits.policies import ADAPTIVE
from bandits.readiness import arms_can_be_handed_out
from tests.factories import make_definition


def test_permuted_blocks_are_ready() -> None:
    assert list(arms_can_be_handed_out(make_definition(allocation={"policy": "permuted_blocks"}))) == []


@pytest.mark.parametrize("name", ADAPTIVE)
def test_places_are_not_handed_out_by_a_policy_that_learns(name: str) -> None:
    (said,) = arms_can_be_handed_out(make_definition(allocation={"policy": name}))

    assert said.startswith(f"Allocation: {name} learns from rewards; places are handed out by one of simple, ")
