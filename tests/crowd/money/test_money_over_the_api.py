"""Money over the API and by the command: read by members, let go out by owners with the total that was shown."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.models import Campaign, LedgerCheck, Obligation, Payment
from crowd.services.obligations import debt_to, owe
from experiments.models import Role
from tests.api.conftest import Program, program
from tests.crowd.factories import dollars
from tests.crowd.money.paying import Clock, bonus, campaign_at, send, worked
from tests.crowd.money.test_approving import NOW, campaign_of
from tests.crowd.running import RunningMTurk
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def campaign() -> Campaign:
    """Ten people, below fair pay, one with a bonus that waits for approval."""
    campaign = campaign_of([10] * 10)
    base = Obligation.objects.filter(kind="base")[0]
    owe(debt_to(base.submission, "bonus", dollars("0.20")), at=NOW)  # type: ignore[arg-type]
    return campaign


def asker(campaign: Campaign, role: str = Role.OWNER) -> Program:
    user = make_user()
    campaign.experiment.study.memberships.create(user=user, role=role)
    return program(user, role=role)


def where(campaign: Campaign, name: str) -> str:
    return f"/experiments/{campaign.experiment.slug}/campaigns/{campaign.uuid}/{name}/"


def money(*arguments: str) -> str:
    out = StringIO()
    call_command("money", *arguments, stdout=out)
    return out.getvalue()


def test_the_report_of_a_campaign_and_of_its_study(campaign: Campaign) -> None:
    api = asker(campaign, Role.VIEWER)
    with CaptureQueriesContext(connection) as queries:
        report = api.get(where(campaign, "money")).json()
    assert len(queries) == reviewed("api: money of a campaign")

    assert report["planned"] == {"payments": 11, "amount": "10.20", "fee": "2.04"}
    assert report["is_balanced"]
    assert api.get(f"/studies/{campaign.experiment.study.slug}/crowd/money/").json() == report


def test_payments_are_listed_without_any_id_of_the_platforms(campaign: Campaign) -> None:
    rows = asker(campaign, Role.ANALYST).get(where(campaign, "payments")).json()["results"]

    assert len(rows) == 11
    assert set(rows[0]["participant"]) <= set("0123456789abcdef-")
    assert asker(campaign, Role.VIEWER).get(where(campaign, "payments")).status_code == 403


@pytest.mark.parametrize(("name", "total"), [("payments/plan", "0.24"), ("hourly-pay", "6.00")])
def test_an_owner_lets_go_out_what_was_shown(campaign: Campaign, name: str, total: str) -> None:
    api = asker(campaign)
    shown = api.get(where(campaign, name)).json()
    plan = shown.get("top_up", shown)
    assert plan["total"] == total
    sent = {"total": total, "sha256": plan["sha256"]}

    assert asker(campaign, Role.RESEARCHER).post(where(campaign, name), sent).status_code == 403
    assert api.post(where(campaign, name), {**sent, "total": "0.01"}).json()["code"] == "not-confirmed"
    assert not Payment.objects.filter(state="approved").exists()
    assert api.post(where(campaign, name), sent).json()["approved"] > 0
    assert api.post(where(campaign, name), sent).status_code == 409


def test_the_command_reports_and_approves_with_a_total_and_a_name(campaign: Campaign) -> None:
    make_user("ada")
    one = str(campaign.uuid)[:8]

    assert "unexplained" in money("report", one)
    assert json.loads(money("report", campaign.experiment.study.slug, "--json"))["is_balanced"]
    assert money("payments", one).count("\n") == 12
    assert "--total 0.24" in money("approve", one)
    with pytest.raises(CommandError, match="who confirms it"):
        money("approve", one, "--total", "0.24")
    assert not Payment.objects.filter(state="approved").exists()

    assert "Approved: 1" in money("approve", one, "--total", "0.24", "--by", "ada")
    with pytest.raises(SystemExit):
        money("hourly", one)


def test_what_the_platform_shows_is_set_beside_ours(mturk_standin: RunningMTurk) -> None:
    campaign = campaign_at(mturk_standin)
    first, second = worked(mturk_standin, campaign, 2)
    bonus(first)
    send(Clock())
    one = str(campaign.uuid)[:8]
    assert "Not ours: 0" in money("compare", one)

    client = mturk_standin.client()
    client.send_bonus(WorkerId="AWORKER000001", BonusAmount="0.70", AssignmentId=second.external_id, Reason="By hand")
    with pytest.raises(SystemExit):
        money("compare", one)
    found = LedgerCheck.objects.latest("pk")
    assert (found.shown, found.strange, str(found.strange_amount), found.missing) == (2, 1, "0.70", 0)
    with pytest.raises(SystemExit):
        money("report", one)
