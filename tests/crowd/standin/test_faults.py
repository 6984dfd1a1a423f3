"""Faults on demand do what they say, and no more."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from django.core.management import CommandError, call_command

from crowd.standin.kernel.journal import Journal, JournalError
from tests.crowd.running import KillableMTurk, RunningMTurk, wait_until


def bonus(standin: RunningMTurk, **more: str) -> dict[str, str]:
    """What ``send_bonus`` takes."""
    assignment = standin.work(standin.hit(), "A1")
    return {"WorkerId": "A1", "AssignmentId": assignment, "BonusAmount": "0.50", "Reason": "r", **more}


def test_a_lost_reply_is_paid_twice_by_the_clients_own_retry_unless_there_is_a_token(
    mturk_standin: RunningMTurk,
) -> None:
    asked = bonus(mturk_standin)
    mturk_standin.fault("SendBonus", "drop", moment="after")
    mturk_standin.client(retries=2).send_bonus(**asked)
    assert mturk_standin.ledger()["totals"]["bonus"] == "1.00"

    mturk_standin.fault("SendBonus", "drop", moment="after")
    with pytest.raises(ClientError, match="already been processed"):
        mturk_standin.client(retries=2).send_bonus(**asked, UniqueRequestToken="t")

    assert mturk_standin.ledger()["totals"]["bonus"] == "1.50"


def test_before_its_effect_a_fault_leaves_nothing(mturk_standin: RunningMTurk) -> None:
    asked = bonus(mturk_standin)
    mturk_standin.fault("SendBonus", "drop")
    mturk_standin.fault("SendBonus", "error", skip=1)
    mturk_standin.fault("SendBonus", "throttle", skip=2)
    client = mturk_standin.client()

    with pytest.raises(ConnectionClosedError):
        client.send_bonus(**asked)
    with pytest.raises(client.exceptions.ServiceFault):
        client.send_bonus(**asked)
    with pytest.raises(ClientError, match="Rate exceeded"):
        client.send_bonus(**asked)

    assert "bonus" not in mturk_standin.ledger()["totals"]
    client.send_bonus(**asked)


def test_a_slow_reply_is_given_up_by_the_client_and_has_its_effect(mturk_standin: RunningMTurk) -> None:
    asked = bonus(mturk_standin)
    mturk_standin.fault("SendBonus", "slow", seconds=0.5)

    with pytest.raises(ReadTimeoutError):
        mturk_standin.client(read_timeout=0.1).send_bonus(**asked)

    wait_until(lambda: mturk_standin.ledger()["totals"].get("bonus") == "0.50")


def test_a_chance_is_drawn_from_its_seed(mturk_standin: RunningMTurk) -> None:
    mturk_standin.fault("GetAccountBalance", "error", times=0, chance=0.5, seed=7)
    client, failed = mturk_standin.client(), 0
    for _ in range(40):
        try:
            client.get_account_balance()
        except ClientError:
            failed += 1

    assert failed == 17


def test_above_the_rate_calls_are_throttled(mturk_standin: RunningMTurk) -> None:
    mturk_standin.settings(rate=0.001, burst=3)
    client = mturk_standin.client()
    for _ in range(3):
        client.get_account_balance()

    with pytest.raises(ClientError, match="Rate exceeded"):
        client.get_account_balance()

    assert mturk_standin.calls()["counts"] == {"GetAccountBalance": 4}


@pytest.mark.parametrize(("moment", "paid"), [("before", None), ("after", "0.50")])
def test_killed_at_a_call_it_keeps_what_had_happened_and_is_killed_once(
    mturk_process_standin: KillableMTurk, moment: str, paid: str | None
) -> None:
    standin = mturk_process_standin
    asked = bonus(standin, UniqueRequestToken="t")
    standin.fault("SendBonus", "kill", moment=moment)

    with pytest.raises(ConnectionClosedError):
        standin.client().send_bonus(**asked)
    standin.wait_for_death()
    standin.start()

    assert standin.ledger()["totals"].get("bonus") == paid
    standin.client().get_account_balance()
    if paid is None:
        standin.client().send_bonus(**asked)
    assert standin.ledger()["totals"]["bonus"] == "0.50"


def test_a_thread_of_the_tests_own_process_cannot_be_killed(mturk_standin: RunningMTurk) -> None:
    with pytest.raises(RuntimeError, match="Start it as a process"):
        mturk_standin.fault("SendBonus", "kill")

    assert mturk_standin.ask("GET", "faults")["faults"] == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [({"kind": "sleep"}, "not one of"), ({"moment": "during"}, "not one of"), ({"chance": 2}, "between 0 and 1")],
)
def test_a_fault_that_does_not_exist_is_refused(
    mturk_standin: RunningMTurk, rule: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RuntimeError, match=sentence):
        mturk_standin.ask("POST", "faults", {"operation": "*", **rule})


def test_a_torn_last_line_of_a_journal_is_cut_off_and_a_broken_one_before_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.journal"
    path.write_bytes(b'[["t","1",{"id":"1"}]]\n[["t","2",{"i')
    journal = Journal(path)
    assert list(journal.replay()) == [[["t", "1", {"id": "1"}]]]
    journal.append([["t", "2", None]])
    assert [json.loads(line) for line in path.read_bytes().splitlines()] == [
        [["t", "1", {"id": "1"}]],
        [["t", "2", None]],
    ]
    with pytest.raises(JournalError, match="in use by another"):
        Journal(path)
    journal.close()

    path.write_bytes(b"nonsense\n[]\n")
    broken = Journal(path)
    with pytest.raises(JournalError, match="line 1: not a line"):
        list(broken.replay())
    broken.close()


def test_the_command_says_in_a_sentence_that_its_journal_is_in_use(tmp_path: Path) -> None:
    journal = tmp_path / "used.journal"
    using = Journal(journal)
    for anew in (False, True):
        with pytest.raises(CommandError, match="in use by another"):
            call_command("standin", "mturk", port=0, journal=journal, anew=anew)
    using.close()

    assert journal.exists()
    Journal.discard(journal)
    assert not journal.exists()
