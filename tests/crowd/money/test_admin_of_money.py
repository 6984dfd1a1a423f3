"""Payments and the account book in the console: found by what a person reads, and changed by nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from crowd.models import Payment
from experiments.models import Role
from tests.crowd.money.test_approving import campaign_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_payment_is_found_by_its_reference_and_leads_to_its_campaign(client: Client) -> None:
    campaign = campaign_of([10] * 2)
    user = make_user()
    campaign.experiment.study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    payment, other = Payment.objects.order_by("pk")

    text = client.get(reverse("admin:crowd_payment_changelist"), {"q": payment.reference.lower()}).content.decode()

    assert payment.reference in text
    assert other.reference not in text
    assert reverse("crowd:money", args=[campaign.uuid]) in text
    assert client.get(reverse("admin:crowd_payment_change", args=[payment.pk])).status_code == 200
    assert client.get(reverse("admin:crowd_payment_add")).status_code == 403


def test_of_other_studies_nothing_is_listed(client: Client) -> None:
    campaign_of([10])
    client.force_login(make_user())

    for name in ("payment", "budgetentry"):
        answer = client.get(reverse(f"admin:crowd_{name}_changelist"))
        assert answer.status_code == 403 or Payment.objects.get().reference not in answer.content.decode()
