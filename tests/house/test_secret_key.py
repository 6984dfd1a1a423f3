"""A secret key is made once, kept private, and refused when weak."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from machina_site.checks import secret_key_is_strong
from machina_site.secret_key import read_or_make


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    first = read_or_make(path)

    assert read_or_make(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_many_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(read_or_make, [tmp_path / "secret_key"] * 32))

    assert len(keys) == 1


@pytest.mark.parametrize("weak", ["short", "a" * 60, "django-insecure-1234567890abcdefghijklmnopqrstuvwxyz"])
def test_a_weak_key_is_an_error_with_a_hint(settings: Settings, weak: str) -> None:
    settings.DEBUG, settings.SECRET_KEY = False, weak

    (error,) = secret_key_is_strong()

    assert error.id == "machina.E001"
    assert "Unset SECRET_KEY" in str(error.hint)


def test_a_made_key_is_strong(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG, settings.SECRET_KEY = False, read_or_make(tmp_path / "secret_key")

    assert secret_key_is_strong() == []
