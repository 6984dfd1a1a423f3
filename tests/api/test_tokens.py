"""Who a token lets in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from experiments.models import ApiToken, Experiment, Role
from experiments.services.tokens import create_token, revoke_token
from tests.api.conftest import Program, counts


def refused(secret: str) -> None:
    """A 401 that changed nothing."""
    before = counts()
    response = Program(APIClient(), secret).post("/experiments/soup/pause/")

    assert response.status_code == 401
    assert response.json()["code"] == "bad-token"
    assert counts() == before


def test_only_a_digest_of_the_secret_is_kept(owner: User) -> None:
    token, secret = create_token(user=owner, name="a", role=Role.OWNER)

    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())


@pytest.mark.usefixtures("experiment", "empty_cache")
def test_an_expired_token_opens_nothing(owner: User) -> None:
    refused(create_token(user=owner, name="a", role=Role.OWNER, expires_at=timezone.now() - timedelta(seconds=1))[1])


@pytest.mark.usefixtures("experiment", "empty_cache")
def test_a_revoked_token_opens_nothing(owner: User) -> None:
    token, secret = create_token(user=owner, name="a", role=Role.OWNER)
    revoke_token(token, now=timezone.now())

    refused(secret)


@pytest.mark.usefixtures("experiment", "empty_cache")
def test_the_token_of_a_user_who_left_opens_nothing(owner: User) -> None:
    _, secret = create_token(user=owner, name="a", role=Role.OWNER)
    owner.is_active = False
    owner.save()

    refused(secret)


@pytest.mark.usefixtures("experiment", "empty_cache")
@pytest.mark.parametrize("secret", ["mch_nonsense", "mch two words", "mch_\xe9", "x" * 5000])
def test_a_made_up_token_opens_nothing(secret: str) -> None:
    refused(secret)


@pytest.mark.usefixtures("empty_cache")
def test_the_console_session_opens_the_api_with_a_csrf_token_only(experiment: Experiment, owner: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)

    assert browser.get("/api/v1/experiments/soup/").status_code == 200
    refusal = browser.post("/api/v1/experiments/soup/pause/")
    assert refusal.status_code == 403
    assert refusal.json()["code"] == "forbidden"
    experiment.refresh_from_db()
    assert experiment.status == "running"

    browser.cookies["csrftoken"] = "a" * 32
    allowed = browser.post(
        "/api/v1/experiments/soup/pause/", content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert allowed.json()["status"] == "paused"
