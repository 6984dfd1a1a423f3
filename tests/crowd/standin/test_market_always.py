"""Whatever happens in whatever order: money is conserved, places are not given twice, and the journal has it all."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.standin.kernel.world import World
from crowd.standin.mturk import workers
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.operations import OPERATIONS
from tests.crowd.running import TERMS

OVER = ("Submitted", "Approved", "Rejected")
Step = Callable[[Market, int, int], Any]


def call(operation: str, **asked: Any) -> Callable[[Market], Any]:
    return lambda market: OPERATIONS[operation](market, asked)


def one_of(market: Market, n: int) -> str:
    """An assignment; a made-up id where there is none."""
    found = [each.id for each in market.assignments.all()]
    return found[n % len(found)] if found else "3NONE"


def hit_of(market: Market, n: int) -> str:
    found = [each.id for each in market.hits.all()]
    return found[n % len(found)] if found else "3NONE"


def bonus(market: Market, n: int, m: int) -> None:
    taken = market.assignment(one_of(market, n))
    asked = {"AssignmentId": taken.id, "WorkerId": taken.worker_id, "BonusAmount": f"0.0{m % 10}", "Reason": "r"}
    call("SendBonus", **asked, UniqueRequestToken=str(m % 3))(market)


STEPS: dict[str, Step] = {
    "publish": lambda market, n, m: call("CreateHIT", **TERMS, MaxAssignments=1 + m % 3)(market),
    "accept": lambda market, n, m: workers.accept(market, market.hit(hit_of(market, n)), f"A{m % 4}"),
    "return": lambda market, n, m: workers.give_back(market, market.assignments[one_of(market, n)]),
    "submit": lambda market, n, m: workers.submit(market, one_of(market, n), [("x", "1")]),
    "approve": lambda market, n, m: call("ApproveAssignment", AssignmentId=one_of(market, n))(market),
    "reject": lambda market, n, m: call(
        "RejectAssignment", AssignmentId=one_of(market, n), RequesterFeedback="No answers."
    )(market),
    "override": lambda market, n, m: call("ApproveAssignment", AssignmentId=one_of(market, n), OverrideRejection=True)(
        market
    ),
    "bonus": bonus,
    "extend": lambda market, n, m: call(
        "CreateAdditionalAssignmentsForHIT", HITId=hit_of(market, n), NumberOfAdditionalAssignments=1 + m % 2
    )(market),
    "expire": lambda market, n, m: call("UpdateExpirationForHIT", HITId=hit_of(market, n), ExpireAt=0)(market),
    "reopen": lambda market, n, m: call(
        "UpdateExpirationForHIT", HITId=hit_of(market, n), ExpireAt=int(market.now) + 900 + m
    )(market),
    "delete": lambda market, n, m: call("DeleteHIT", HITId=hit_of(market, n))(market),
    "wait": lambda market, n, m: market.world.clock.advance((5, 5, 20, 60, 60, 700, 4000, 2_600_000)[m % 8]),
}


def do(market: Market, name: str, n: int, m: int) -> None:
    """One step, as the wire carries it out: refused steps leave nothing."""
    market.tick()
    before = everything(market)
    try:
        with market.world.store.transaction():
            STEPS[name](market, n, m)
    except (Refused, KeyError):
        assert everything(market) == before


def everything(market: Market) -> dict[str, list[dict[str, Any]]]:
    tables = (market.hits, market.assignments, market.bonuses, market.purses, market.ledger, market.tokens)
    return {table.name: [asdict(row) for row in table.all()] for table in tables}


def check(market: Market) -> None:
    entries, purse = market.ledger.all(), market.purse
    paid_in = sum((each.amount for each in entries if each.kind == "deposit"), Decimal(0))
    spent = sum((each.amount for each in entries if each.kind != "deposit"), Decimal(0))
    assert purse.available + purse.held + spent == paid_in
    assert purse.held == sum((hit.held for hit in market.hits.all()), Decimal(0))
    assert min(purse.available, purse.held) >= 0
    rewards = [each.assignment_id for each in entries if each.kind == "reward"]
    assert len(rewards) == len(set(rewards)) == sum(each.status == "Approved" for each in market.assignments.all())
    for hit in market.hits.all():
        taken = [each for each in market.assignments.where("hit_id", hit.id) if each.status in ("Accepted", *OVER)]
        assert len(taken) <= hit.maximum
        assert len({each.worker_id for each in taken}) == len(taken)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 50), st.integers(0, 50)), max_size=30))
def test_money_places_and_journal_agree_after_any_steps(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "market.journal"
        market = Market(World(journal)).open()
        for name, n, m in [("publish", 0, 1), *steps]:
            do(market, name, n, m)
            check(market)
        market.tick()
        before = everything(market)
        market.world.store.close()

        again = Market(World(journal)).open()

        assert everything(again) == before
        again.world.store.close()
