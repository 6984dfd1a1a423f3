"""The first administrator, with a password that nobody has to invent."""

import os
import secrets
from pathlib import Path
from typing import Final

from django.contrib.auth import get_user_model

NAME: Final = "admin"


def make_administrator(password_file: Path, *, reset: bool = False) -> str | None:
    """The password in ``password_file``, made with the account at the first call (or at a reset).

    None when the account exists but its password was not made here: it is left alone.
    """
    users = get_user_model().objects
    account = users.filter(username=NAME).first()
    if account is not None and not reset:
        return _kept(password_file) if account.check_password(_kept(password_file) or "") else None
    password = secrets.token_urlsafe(12)
    if account is None:
        users.create_superuser(username=NAME, email="", password=password)
    else:
        account.set_password(password)
        account.save(update_fields=["password"])
    _keep(password_file, password)
    return password


def _kept(password_file: Path) -> str | None:
    return password_file.read_text().strip() if password_file.exists() else None


def _keep(password_file: Path, password: str) -> None:
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
