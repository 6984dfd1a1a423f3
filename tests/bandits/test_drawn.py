"""The chances of all arms that a log was drawn with are found again in its states, or not claimed."""

import pytest

from bandits.drawn import UNKNOWN, Drawn, tables_of
from bandits.models import Decision
from bandits.services.switching import Proposal, propose_switch
from bandits.verdict import Verdict
from experiments.models import Experiment
from experiments.published import arm_name
from tests.bandits.switched import GREEDY, MINUTE, make_logged
from tests.studies import NOON

pytestmark = pytest.mark.django_db


def rows_of(experiment: Experiment, *, propensity: float | None = None) -> list[Drawn]:
    decisions = Decision.objects.filter(experiment=experiment).order_by("pk")
    return [
        Drawn(arm_name(one.arm_id), propensity or one.propensity, one.policy_version, one.among, {})
        for one in decisions
    ]


def test_every_decision_has_the_table_that_it_was_drawn_from() -> None:
    experiment = make_logged((0.2, 0.8), n=120, policy="epsilon_greedy", epsilon=0.2)
    rows = rows_of(experiment)
    names = sorted({row.arm for row in rows})

    found = tables_of(experiment, rows, names, is_rehearsal=False, looks=False)

    assert found is not None
    assert all(sum(table) == pytest.approx(1) for table in found)
    assert [table[names.index(row.arm)] for table, row in zip(found, rows, strict=True)] == [
        row.propensity for row in rows
    ]


def test_of_one_that_was_drawn_otherwise_nothing_is_claimed() -> None:
    """Where an arm was full the others took its chances; a table that ignores it would make the bound too high."""
    experiment = make_logged((0.2, 0.8), n=20)
    rows = rows_of(experiment, propensity=1.0)

    found = tables_of(experiment, rows, ["a", "b"], is_rehearsal=False, looks=False)

    assert found == [[UNKNOWN, UNKNOWN]] * 20


def test_a_log_of_too_many_contexts_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = make_logged((0.2, 0.8), n=20)
    monkeypatch.setattr("bandits.drawn.MOST_LOOKS", 19)

    assert tables_of(experiment, rows_of(experiment), ["a", "b"], is_rehearsal=False, looks=True) is None
    assert tables_of(experiment, rows_of(experiment), ["a", "b"], is_rehearsal=False, looks=False) is not None


def test_logs_judged_by_their_tables_are_judged_more_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them together: one alone is wider once in a few thousand draws."""
    logs = [make_logged((0.2, 0.8), n=600) for _ in range(2)]
    close = [judged(log) for log in logs]
    monkeypatch.setattr("bandits.drawn.MOST_STATES", 0)
    other = [judged(log) for log in logs]

    assert all(one.looks < two.looks for one, two in zip(close, other, strict=True))
    assert sum(one.upper - one.lower for one in close) < sum(one.upper - one.lower for one in other)


def judged(experiment: Experiment) -> Verdict:
    return Verdict.parse(propose_switch(experiment, Proposal(allocation=GREEDY), now=NOON + MINUTE).numbers)
