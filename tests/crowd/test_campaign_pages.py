"""The console's pages of campaigns: shown by role, changed by POST alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from experiments.models import Role
from tests.crowd.factories import make_campaign
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_campaigns_of_other_studies_are_not_even_there(client: Client) -> None:
    mine, other = make_campaign(), make_campaign()
    user = make_user()
    mine.experiment.study.memberships.create(user=user, role=Role.VIEWER)
    client.force_login(user)
    text = client.get(reverse("crowd:campaigns")).content.decode()

    assert str(mine.experiment) in text
    assert str(other.experiment) not in text


def test_without_campaigns_the_page_says_how_to_make_one(client: Client) -> None:
    client.force_login(make_user())

    assert "choose “Recruit”" in client.get(reverse("crowd:campaigns")).content.decode()
