"""API tokens: shown once, kept as a digest, revocable."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from experiments.models import ApiToken
from experiments.services.tokens import create_token, find_token, revoke_token
from tests.studies import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice")


def test_a_token_is_found_by_its_secret_which_is_not_stored(alice: User) -> None:
    token, secret = create_token(user=alice, name="notebook", role="analyst")

    assert find_token(secret, now=NOON) == token
    assert secret not in str(ApiToken.objects.values().get())


def test_a_revoked_token_opens_nothing(alice: User) -> None:
    token, secret = create_token(user=alice, name="notebook", role="analyst")

    revoke_token(token, now=NOON)

    assert find_token(secret, now=NOON) is None


def test_an_expired_token_opens_nothing(alice: User) -> None:
    _, secret = create_token(user=alice, name="notebook", role="analyst", expires_at=NOON)

    assert find_token(secret, now=NOON - timedelta(seconds=1)) is not None
    assert find_token(secret, now=NOON + timedelta(seconds=1)) is None


def test_the_token_of_somebody_who_left_opens_nothing(alice: User) -> None:
    _, secret = create_token(user=alice, name="notebook", role="analyst")
    User.objects.update(is_active=False)

    assert find_token(secret, now=NOON) is None
