"""Once people were offered or owed amounts, the study goes on in the currency they were meant in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Obligation
from crowd.services.obligations import debt_to, owe
from experiments.errors import Frozen
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
