"""Once people were offered or owed amounts, the study goes on in the currency they were meant in."""

from __future__ import annotations

from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Obligation
from crowd.reads.campaigns import plan_of
from crowd.services.obligations import debt_to, owe
from crowd.services.publishing import Confirmation, publish_campaign
from experiments.errors import Frozen, Refusal
from experiments.keeping import require_changeable
from experiments.models import Study
from experiments.services.study_file import import_study
from experiments.types import JsonObject
from tests.console import change_url, typed
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def in_euros(study: Study) -> JsonObject:
    return {"study": {"slug": study.slug, "title": study.title, "currency": "EUR"}}


def test_a_campaign_that_was_published_keeps_it() -> None:
    study = make_campaign().experiment.study

    with pytest.raises(Frozen, match="stays USD: people were offered amounts in it by the campaign “Rate ten"):
        import_study(in_euros(study))

    assert Study.objects.get(pk=study.pk).currency == "USD"


def test_so_does_what_is_owed() -> None:
    campaign = make_campaign()
    owe(debt_to(make_submission(make_posting(campaign)), Obligation.Kind.BASE, dollars("1.00")), at=timezone.now())
    Campaign.objects.update(status=Campaign.Status.DRAFT)

    with pytest.raises(Frozen, match="people are owed"):
        import_study(in_euros(campaign.experiment.study))


def test_a_draft_keeps_nothing_and_other_columns_are_free() -> None:
    campaign = make_campaign(status=Campaign.Status.DRAFT)
    import_study(in_euros(campaign.experiment.study))
    Campaign.objects.update(status=Campaign.Status.RUNNING)
    import_study({"study": {"slug": campaign.experiment.study.slug, "title": "Another title", "currency": "EUR"}})

    study = Study.objects.get()
    assert (study.currency, study.title) == ("EUR", "Another title")


def test_the_form_says_so_and_saves_nothing(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    study = make_campaign().experiment.study
    url = change_url(study)

    answer = client.post(url, {**typed(client.get(url)), "currency": "EUR", "title": "Lost"})  # type: ignore[arg-type]  # the client's response

    assert "stays USD: people were offered" in answer.content.decode()
    assert Study.objects.get().title == study.title


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_in_a_currency_that_is_being_changed() -> None:
    campaign = make_campaign(status=Campaign.Status.DRAFT)
    plan, held = plan_of(campaign), Event()

    def change() -> None:
        with transaction.atomic():
            require_changeable(campaign.experiment.study, {"currency": "EUR"})
            held.set()
            sleep(0.2)
            Study.objects.update(currency="EUR")
        connection.close()

    changing = Thread(target=change)
    changing.start()
    held.wait()
    with pytest.raises(Refusal):
        publish_campaign(campaign, Confirmation(plan.total, plan.sha256), now=timezone.now())
    changing.join()
    assert (Study.objects.get().currency, Campaign.objects.get().status) == ("EUR", "draft")
