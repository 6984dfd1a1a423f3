"""The money of a study on one page: all its campaigns together, and each beside the others; for its members."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.models import Campaign
from crowd.reads.money import report_of, report_of_study, reports_of
from experiments.models import Role
from tests.crowd.factories import make_campaign
from tests.crowd.money.test_approving import campaign_of
from tests.crowd.money.test_money_pages import member
from tests.factories import make_experiment, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """One of two campaigns of a study."""
    campaign = campaign_of([10] * 5)
    make_campaign(make_experiment(campaign.experiment.study), campaign.account, status="draft")
    return campaign


def page(campaign: Campaign) -> str:
    return reverse("crowd:study_money", args=[campaign.experiment.study.slug])


def test_it_adds_up_and_lists_each_campaign_in_few_queries(client: Client, campaign: Campaign) -> None:
    viewer = member(client, campaign, Role.VIEWER)
    viewer.get(page(campaign))
    with CaptureQueriesContext(connection) as queries:
        text = viewer.get(page(campaign)).content.decode()

    assert text.count("through Account") == 2
    assert reverse("crowd:money", args=[campaign.uuid]) in text
    assert len(queries) <= reviewed("crowd: money of a study")


def test_the_sum_of_its_campaigns_is_the_report_of_the_study(campaign: Campaign) -> None:
    study = campaign.experiment.study
    each = reports_of(list(Campaign.objects.filter(experiment__study=study)), study)

    assert each[campaign.pk].as_json() == report_of(campaign).as_json()
    assert report_of_study(study).as_json() == report_of(campaign).as_json()


def test_a_study_that_one_does_not_belong_to_is_not_there(client: Client, campaign: Campaign) -> None:
    client.force_login(make_user())
    assert client.get(page(campaign)).status_code == 404
