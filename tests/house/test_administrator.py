"""The first administrator's password is made once, can be read again by its owner, and is never overwritten."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from machina_site.launch.administrator import make_administrator

pytestmark = pytest.mark.django_db


def test_the_password_is_made_once_and_said_again(tmp_path: Path) -> None:
    file = tmp_path / "admin-password"
    password = make_administrator(file)

    assert password
    assert make_administrator(file) == password
    assert file.stat().st_mode & 0o777 == 0o600
    assert get_user_model().objects.get(username="admin").check_password(password)


def test_a_password_that_the_administrator_chose_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "admin-password"
    make_administrator(file)
    account = get_user_model().objects.get(username="admin")
    account.set_password("one of their own")
    account.save()

    assert make_administrator(file) is None
    account.refresh_from_db()
    assert account.check_password("one of their own")


def test_a_reset_makes_a_new_one(tmp_path: Path) -> None:
    file = tmp_path / "admin-password"
    first = make_administrator(file)
    second = make_administrator(file, reset=True)

    assert second != first
    assert get_user_model().objects.get(username="admin").check_password(second or "")
