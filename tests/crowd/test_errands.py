"""People are written to once and blocked with a reason, and only when somebody typed that it is meant."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crowd.errors import NotConfirmed
from crowd.models import Account, Errand
from crowd.platforms.mturk import client
from crowd.services.errands import ErrandPlan, order_errand, plan_of_errand, run_errands
from experiments.errors import BadValue
from tests.crowd.factories import make_account, make_campaign, make_submission
from tests.crowd.money.paying import campaign_at, worked
from tests.crowd.running import RunningMTurk

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WHY = "Shared one assignment with others."


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))


def block(standin: RunningMTurk) -> tuple[Account, ErrandPlan]:
    campaign = campaign_at(standin)
    plan = plan_of_errand(campaign, "block", worked(standin, campaign), text=WHY)
    order_errand(campaign, plan, "block 1", by=None, now=NOW)
    return campaign.account, plan


def test_a_block_reaches_the_platform_with_its_reason_once(mturk_standin: RunningMTurk) -> None:
    account, _ = block(mturk_standin)

    assert run_errands(account, now=NOW) == {"done": 1}
    assert run_errands(account, now=NOW) == {}
    (blocked,) = mturk_standin.client().list_worker_blocks()["WorkerBlocks"]
    assert blocked["Reason"] == WHY


def test_what_somebody_died_over_is_blocked_again_and_never_written_again(mturk_standin: RunningMTurk) -> None:
    account, _ = block(mturk_standin)
    letter = Errand.objects.get()
    letter.pk, letter.uuid, letter.kind, letter.key = None, uuid.uuid4(), "message", "another"
    letter.save()
    Errand.objects.update(state="sending", sent_at=NOW - timedelta(minutes=11))

    assert run_errands(account, now=NOW) == {"done": 1}
    assert set(Errand.objects.values_list("kind", "state")) == {("block", "done"), ("message", "unknown")}


def test_who_may_not_be_written_to_is_told_without_their_id(mturk_standin: RunningMTurk) -> None:
    campaign = campaign_at(mturk_standin)
    work = worked(mturk_standin, campaign)
    plan = plan_of_errand(campaign, "message", work, subject="Part two", text="The second part is open.")
    order_errand(campaign, plan, plan.phrase, by=None, now=NOW)

    assert run_errands(campaign.account, now=NOW) == {"failed": 1}
    trouble = Errand.objects.get().trouble
    assert trouble
    assert "AWORKER" not in trouble


def test_a_platform_that_is_away_blocks_later() -> None:
    campaign = make_campaign()  # nothing listens there
    plan = plan_of_errand(campaign, "block", [make_submission()], text=WHY)
    order_errand(campaign, plan, plan.phrase, by=None, now=NOW)

    run_errands(campaign.account, now=NOW)
    assert Errand.objects.get().state in ("planned", "failed")


def test_nothing_is_ordered_unless_it_is_typed_and_twice_is_once() -> None:
    campaign = make_campaign()
    plan = plan_of_errand(campaign, "block", [make_submission()], text=WHY)
    with pytest.raises(NotConfirmed):
        order_errand(campaign, plan, "yes", by=None, now=NOW)
    assert not Errand.objects.exists()

    assert order_errand(campaign, plan, "block 1", by=None, now=NOW) == 1
    assert order_errand(campaign, plan, "block 1", by=None, now=NOW) == 0


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
