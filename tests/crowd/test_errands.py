"""People are written to once and blocked with a reason, and only when somebody typed that it is meant."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crowd.errors import NotConfirmed
from crowd.models import Account, Campaign, Errand
from crowd.platforms.mturk import client
from crowd.reads.errands import ErrandPlan, plan_of_errand
from crowd.services.errands import accounts_with_errands, call_off, order_errand, run_errands, say_done, send_again
from crowd.services.reviewing import Meant
from experiments.errors import BadValue, IllegalTransition
from experiments.models import Event
from tests.crowd.factories import make_account, make_campaign, make_posting, make_submission
from tests.crowd.money.paying import Clock, campaign_at, worked
from tests.crowd.running import RunningMTurk
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WHY = "Shared one assignment with others."


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))


def order(campaign: Campaign, plan: ErrandPlan, typed: str) -> int:
    return order_errand(campaign, plan, Meant(typed, plan.sha256, None), now=NOW)


def block(standin: RunningMTurk) -> tuple[Account, ErrandPlan]:
    campaign = campaign_at(standin)
    plan = plan_of_errand(campaign, "block", worked(standin, campaign), text=WHY)
    order(campaign, plan, "block 1")
    return campaign.account, plan


def test_a_block_reaches_the_platform_with_its_reason_once(mturk_standin: RunningMTurk) -> None:
    account, _ = block(mturk_standin)

    assert run_errands(account, clock=lambda: NOW) == {"done": 1}
    assert run_errands(account, clock=lambda: NOW) == {}
    (blocked,) = mturk_standin.client().list_worker_blocks()["WorkerBlocks"]
    assert blocked["Reason"] == WHY


def test_what_somebody_died_over_is_blocked_again_and_never_written_again(mturk_standin: RunningMTurk) -> None:
    account, _ = block(mturk_standin)
    letter = Errand.objects.get()
    letter.pk, letter.uuid, letter.kind, letter.key = None, uuid.uuid4(), "message", "another"
    letter.save()
    Errand.objects.update(state="sending", sent_at=NOW - timedelta(minutes=11))

    assert run_errands(account, clock=lambda: NOW) == {"done": 1}
    assert set(Errand.objects.values_list("kind", "state")) == {("block", "done"), ("message", "unknown")}


def test_who_may_not_be_written_to_is_told_without_their_id(mturk_standin: RunningMTurk) -> None:
    campaign = campaign_at(mturk_standin)
    work = worked(mturk_standin, campaign)
    plan = plan_of_errand(campaign, "message", work, subject="Part two", text="The second part is open.")
    order(campaign, plan, plan.phrase)

    assert run_errands(campaign.account, clock=lambda: NOW) == {"failed": 1}
    trouble = Errand.objects.get().trouble
    assert trouble
    assert "AWORKER" not in trouble


def test_a_platform_that_is_away_blocks_later() -> None:
    campaign = make_campaign()  # nothing listens there
    plan = plan_of_errand(campaign, "block", [make_submission()], text=WHY)
    order(campaign, plan, plan.phrase)

    run_errands(campaign.account, clock=lambda: NOW)
    assert Errand.objects.get().state in ("planned", "failed")


def test_nothing_is_ordered_unless_it_is_typed_and_twice_is_once() -> None:
    campaign = make_campaign()
    plan = plan_of_errand(campaign, "block", [make_submission()], text=WHY)
    with pytest.raises(NotConfirmed):
        order(campaign, plan, "yes")
    assert not Errand.objects.exists()

    assert order(campaign, plan, "block 1") == 1
    assert order(campaign, plan, "block 1") == 0


def test_without_a_reason_or_the_ability_there_is_no_plan() -> None:
    with pytest.raises(BadValue, match="10"):
        plan_of_errand(make_campaign(), "block", [], text="no")
    with pytest.raises(BadValue, match="cannot block"):
        plan_of_errand(make_campaign(account=make_account(platform="prolific")), "block", [], text=WHY)


def test_the_command_shows_before_it_orders() -> None:
    submission = make_submission()
    campaign, out = submission.posting.campaign, StringIO()
    arguments = ("crowd_people", str(campaign.uuid), "block", str(submission.uuid), "--text", WHY)
    call_command(*arguments, stdout=out)
    assert "--confirm “block 1”" in out.getvalue()
    with pytest.raises(CommandError):
        call_command(*arguments, "--confirm", "block", stdout=out)
    assert not Errand.objects.exists()

    call_command(*arguments, "--confirm", "block 1", stdout=out)
    assert Errand.objects.get().text == WHY


def letter(state: str) -> Errand:
    campaign = make_campaign()
    plan = plan_of_errand(campaign, "message", [make_submission()], subject="Part two", text="The second part is open.")
    order(campaign, plan, "message 1")
    Errand.objects.update(state=state, trouble="The answer was lost.", sent_at=NOW)
    return Errand.objects.get()


def test_somebody_says_what_became_of_an_unknown_one_and_twice_is_once() -> None:
    row, ada = letter("unknown"), make_user("ada")
    assert say_done(say_done(row, by=ada, now=NOW), by=ada, now=NOW).done_at == NOW
    told = Event.objects.get(kind="campaign.errand_decided")
    assert told.payload == {
        "errand": str(row.uuid),
        "kind": "message",
        "before": "unknown",
        "state": "done",
        "by": "ada",
    }

    with pytest.raises(IllegalTransition, match="done by now"):
        send_again(row, by=ada, now=NOW)
    assert Errand.objects.get().state == "done"


@pytest.mark.parametrize(("state", "after"), [("unknown", "planned"), ("failed", "planned")])
def test_what_did_not_arrive_is_sent_again(state: str, after: str) -> None:
    assert send_again(letter(state), by=make_user(), now=NOW).state == after


def test_what_waits_is_called_off_and_what_may_be_on_its_way_is_not() -> None:
    row, ada = letter("planned"), make_user()
    assert call_off(row, by=ada, now=NOW).state == "off"

    for state in ("sending", "unknown", "done"):
        Errand.objects.update(state=state)
        with pytest.raises(IllegalTransition):
            call_off(row, by=ada, now=NOW)
        assert Errand.objects.get().state == state


def test_who_was_let_come_again_can_be_blocked_anew_with_the_same_words() -> None:
    campaign, work = make_campaign(), [make_submission()]
    for kind in ("block", "unblock", "block"):
        order(campaign, plan_of_errand(campaign, kind, work, text=WHY), f"{kind} 1")

    assert list(Errand.objects.order_by("pk").values_list("kind", flat=True)) == ["block", "unblock", "block"]
    assert "blocked already" in plan_of_errand(campaign, "block", work, text=WHY).left_out[0].why_not


def test_nobody_is_told_the_same_words_twice() -> None:
    campaign, work = make_campaign(), [make_submission(), make_submission()]
    first = plan_of_errand(campaign, "message", work[:1], subject="Part two", text="The second part is open.")
    order(campaign, first, "message 1")

    both = plan_of_errand(campaign, "message", work, subject="Part two", text="The second part is open.")
    assert both.people == (work[1].participant_id,)
    assert "ordered for them already" in both.left_out[0].why_not


def test_a_plan_that_has_changed_since_orders_nothing() -> None:
    campaign = make_campaign()
    plan = plan_of_errand(campaign, "block", [make_submission()], text=WHY)
    with pytest.raises(NotConfirmed, match="changed since"):
        order_errand(campaign, plan, Meant("block 1", "0" * 64, None), now=NOW)
    assert not Errand.objects.exists()


def test_the_command_decides_an_unknown_one_in_somebodys_name() -> None:
    row, out = letter("unknown"), StringIO()
    make_user("ada")
    arguments = ("crowd_people", str(row.campaign.uuid), "done", str(row.uuid))
    with pytest.raises(CommandError, match="--by"):
        call_command(*arguments, stdout=out)
    assert Errand.objects.get().state == "unknown"

    call_command(*arguments, "--by", "ada", "--json", stdout=out)
    assert json.loads(out.getvalue())[0]["state"] == "done"


def test_where_somebody_has_to_act_first_the_others_wait_and_it_goes_on_by_itself() -> None:
    account = make_account(endpoint="https://nowhere.example/")  # neither a stand-in nor a platform: never called
    campaign = make_campaign(account=account)
    posting = make_posting(campaign)
    plan = plan_of_errand(campaign, "block", [make_submission(posting), make_submission(posting)], text=WHY)
    order(campaign, plan, "block 2")

    assert run_errands(account, clock=lambda: NOW) == {"planned": 1}
    assert set(Errand.objects.values_list("state", flat=True)) == {"planned"}
    assert account.pk not in accounts_with_errands(timezone.now())


def test_each_letter_is_marked_with_when_it_leaves_not_with_when_the_round_began(mturk_standin: RunningMTurk) -> None:
    campaign = campaign_at(mturk_standin)
    plan = plan_of_errand(campaign, "block", worked(mturk_standin, campaign, 2), text=WHY)
    order(campaign, plan, "block 2")
    clock = Clock()

    def later() -> datetime:
        clock.advance(60)
        return clock()

    run_errands(campaign.account, clock=later)
    first, second = Errand.objects.order_by("pk")
    assert first.sent_at
    assert second.sent_at
    assert first.sent_at < second.sent_at  # a slow platform's eleventh minute is not mistaken for somebody's death
