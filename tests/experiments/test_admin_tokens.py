"""API tokens in the console: the secret is seen once, by whoever made it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experiments.models import ApiToken, Role
from experiments.services.tokens import create_token, find_token
from tests.factories import make_study, make_user

pytestmark = pytest.mark.django_db


def test_the_secret_is_shown_once_and_opens_the_study(client: Client) -> None:
    owner = make_user()
    study = make_study(members={owner: Role.OWNER})
    client.force_login(owner)
    url = reverse("admin:experiments_apitoken_add")

    answer = client.post(url, {"name": "robot", "study": study.pk, "role": "analyst"})

    secret = answer.context["secret"]
    token = find_token(secret, now=timezone.now())
    assert token is not None
    assert (token.study, token.user) == (study, owner)
    assert "no-store" in answer["Cache-Control"]
    for page in ("admin:experiments_apitoken_changelist", "admin:experiments_apitoken_change"):
        arguments = [token.pk] if page.endswith("change") else []
        assert secret not in client.get(reverse(page, args=arguments)).content.decode()


def test_a_token_for_a_study_one_does_not_own_is_refused(client: Client) -> None:
    owner = make_user()
    make_study(members={owner: Role.OWNER})
    other = make_study(members={owner: Role.RESEARCHER})
    client.force_login(owner)

    answer = client.post(
        reverse("admin:experiments_apitoken_add"), {"name": "robot", "study": other.pk, "role": "viewer"}
    )

    assert answer.status_code == 200
    assert not ApiToken.objects.exists()


def test_revoking_closes_the_door(client: Client) -> None:
    user = make_user(is_superuser=True)
    token, secret = create_token(user=user, name="robot", role=Role.VIEWER)
    client.force_login(user)

    client.post(reverse("admin:experiments_apitoken_revoke", args=[token.pk]))

    assert find_token(secret, now=timezone.now()) is None


def test_looking_at_the_revoke_address_revokes_nothing(client: Client) -> None:
    user = make_user(is_superuser=True)
    token, secret = create_token(user=user, name="robot", role=Role.VIEWER)
    client.force_login(user)

    assert client.get(reverse("admin:experiments_apitoken_revoke", args=[token.pk])).status_code == 405
    assert find_token(secret, now=timezone.now()) is not None


def test_tokens_of_other_people_are_not_seen(client: Client) -> None:
    member = make_user()
    study = make_study(members={member: Role.RESEARCHER})
    create_token(user=make_user(), name="not mine", role=Role.VIEWER, study=study)
    client.force_login(member)

    assert "not mine" not in client.get(reverse("admin:experiments_apitoken_changelist")).content.decode()
