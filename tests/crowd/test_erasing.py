"""An erased person cannot be told any more from what is left; what was paid still adds up."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crowd.errors import StillNeeded
from crowd.models import Obligation, Payment, Submission
from crowd.reads.erasure import clock_of, person_named
from crowd.services.erasing import erase_due, erase_participant
from crowd.services.owing import owe_for_work
from crowd.services.payments import confirm_payment
from experiments.models import Event, Measurement, Role
from experiments.types import Json
from participants.models import Interaction, Participant, Session, Trial, VaultEntry
from participants.services.erasing import without_words
from tests.crowd.factories import make_campaign, make_posting, make_submission
from tests.factories import make_user
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WORDS = "My name is Ada and I live in Ulm."
STEPS: list[Json] = [
    {
        "name": "asked",
        "title": "Asked",
        "components": [
            {"kind": "number", "name": "rating", "measure": "rating", "props": {"label": "How good?"}},
            {"kind": "free_text", "name": "why", "props": {"label": "Why?"}},
        ],
    }
]


@pytest.fixture
def submission() -> Submission:
    """Somebody who wrote their name, was approved and is not paid yet."""
    experiment = running(steps=STEPS)
    session = enter_session(experiment)
    now = timezone.now()
    Trial.objects.create(
        session=session,
        index=0,
        step="asked",
        nonce="n",
        shown_at=now,
        answered_at=now,
        duration_ms=900,
        answer={"rating": 4, "why": WORDS},
    )
    Interaction.objects.create(session=session, seq=1, kind="paste", at_ms=1.0, received_at=now)
    Session.objects.filter(pk=session.pk).update(
        status="completed", ended_at=now, answers={"rating": 4, "why": WORDS}, seen_at=now
    )
    session.refresh_from_db()
    posting = make_posting(make_campaign(experiment))
    row = make_submission(posting, worker="AWORKER0000001", session=session, observed="approved", done_at=now)
    Session.objects.filter(pk=session.pk).update(participant=row.participant)
    owe_for_work(row, at=now)
    return row


def pay(submission: Submission) -> None:
    confirm_payment(Payment.objects.get(obligation__submission=submission), at=NOW)


def everything() -> str:
    """All that could tell who it was."""
    rows = [
        list(model.objects.values()) for model in (Trial, Session, Interaction, VaultEntry, Participant, Measurement)
    ]
    return str(rows)


def test_the_id_the_words_and_the_interactions_are_gone_and_the_money_stays(submission: Submission) -> None:
    pay(submission)
    before = list(Obligation.objects.values()), list(Payment.objects.values())

    assert erase_participant(submission.participant, now=NOW)

    assert WORDS not in everything()
    assert not VaultEntry.objects.exists()
    assert not Interaction.objects.exists()
    assert Trial.objects.get().answer == {"rating": 4, "why": ""}
    person = Participant.objects.get(pk=submission.participant_id)
    assert (person.external_digest, person.erased_at) == ("", NOW)
    assert (list(Obligation.objects.values()), list(Payment.objects.values())) == before
    assert person_named(person.study, "AWORKER0000001", platform="mturk") is None


def test_how_they_were_paid_by_hand_names_nobody_any_more(submission: Submission) -> None:
    pay(submission)
    Payment.objects.update(elsewhere="A transfer to Jane Roe.")

    erase_participant(submission.participant, now=NOW)
    assert set(Payment.objects.values_list("elsewhere", "state")) == {("By hand.", "confirmed")}


def test_twice_is_as_good_as_once(submission: Submission) -> None:
    pay(submission)
    erase_participant(submission.participant, now=NOW)
    events = Event.objects.count()

    assert not erase_participant(submission.participant, now=NOW + timedelta(days=1))
    assert Event.objects.count() == events
    assert Participant.objects.get(pk=submission.participant_id).erased_at == NOW


def test_who_is_still_owed_money_is_not_erased(submission: Submission) -> None:
    with pytest.raises(StillNeeded, match="owed"):
        erase_participant(submission.participant, now=NOW)

    assert WORDS in everything()
    assert VaultEntry.objects.exists()


def test_whose_work_is_not_decided_is_not_erased(submission: Submission) -> None:
    pay(submission)
    Submission.objects.update(observed="submitted")

    with pytest.raises(StillNeeded, match="not decided"):
        erase_participant(submission.participant, now=NOW)
    assert VaultEntry.objects.exists()


def test_with_their_answers_nothing_of_them_is_left(submission: Submission) -> None:
    pay(submission)
    erase_participant(submission.participant, with_answers=True, now=NOW)

    assert not Trial.objects.exists()
    assert Session.objects.get().answers == {}


def test_retention_is_seen_coming_and_erases_when_it_is_over(submission: Submission) -> None:
    study = submission.posting.campaign.experiment.study
    type(study).objects.filter(pk=study.pk).update(retention_days=100)
    study.refresh_from_db()
    people = Participant.objects.filter(study=study).count()

    assert clock_of(study, NOW + timedelta(days=80)).soon == people
    assert erase_due(now=NOW + timedelta(days=80)) == 0
    later = NOW + timedelta(days=101)
    clock = clock_of(study, later)
    assert (clock.due, clock.held) == (people, 1)

    assert erase_due(now=later) == people - 1
    assert VaultEntry.objects.filter(participant=submission.participant).exists()
    pay(submission)
    assert erase_due(now=later) == 1
    assert erase_due(now=later) == 0


def test_on_the_page_an_owner_finds_them_by_their_id_and_types_what_is_meant(
    client: Client, submission: Submission
) -> None:
    pay(submission)
    study, user = submission.posting.campaign.experiment.study, make_user()
    study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    asked = {"study": study.slug, "platform": "mturk", "name": "AWORKER0000001"}
    text = client.post(reverse("crowd:find_participant"), asked).content.decode()
    phrase = f"erase {submission.participant.uuid.hex[:8]}"
    assert f"Type <strong>{phrase}</strong>" in text
    assert "AWORKER0000001" not in text

    sent = {"participant": str(submission.participant.uuid), "typed": "erase"}
    client.post(reverse("crowd:erase_participant"), sent)
    assert VaultEntry.objects.exists()
    client.get(reverse("crowd:erase_participant"))
    client.post(reverse("crowd:erase_participant"), {**sent, "typed": phrase})
    assert not VaultEntry.objects.exists()


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.RESEARCHER])
def test_nobody_but_an_owner_erases(client: Client, submission: Submission, role: str | None) -> None:
    pay(submission)
    user = make_user()
    if role:
        submission.posting.campaign.experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    typed = f"erase {submission.participant.uuid.hex[:8]}"
    client.post(reverse("crowd:erase_participant"), {"participant": str(submission.participant.uuid), "typed": typed})

    assert VaultEntry.objects.exists()


def test_the_api_and_the_command_show_before_they_erase(client: Client, submission: Submission) -> None:
    pay(submission)
    study, user = submission.posting.campaign.experiment.study, make_user()
    study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    base = f"/api/v1/studies/{study.slug}/crowd/"
    assert client.get(f"{base}retention/").json()["people"] == Participant.objects.count()
    told = client.get(f"{base}participants/{submission.participant.uuid}/erasure/").json()
    assert (told["has_id"], told["obstacle"]) == (True, "")

    out = StringIO()
    call_command("erase_participant", study.slug, submission.participant.uuid.hex[:8], stdout=out)
    assert told["confirm_with"] in out.getvalue()
    assert VaultEntry.objects.exists()

    sent = {"confirm": told["confirm_with"]}
    address = f"{base}participants/{submission.participant.uuid}/erasure/"
    assert client.post(address, sent, content_type="application/json").json()["erased_at"]
    assert not VaultEntry.objects.exists()


def test_words_are_emptied_wherever_they_stand() -> None:
    assert without_words({"a": [WORDS, {"b": WORDS}], "n": 3}) == {"a": ["", {"b": ""}], "n": 3}
