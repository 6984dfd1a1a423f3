"""The program in docs/api.md runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from pytest_django.live_server_helper import LiveServer

from experiments.access import RIGHTS
from experiments.models import Measurement, Role, Study
from tests.api.conftest import program
from tests.factories import make_user

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


@pytest.mark.django_db(transaction=True)
def test_the_program_runs(live_server: LiveServer, empty_cache: None) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(source, {"BASE": live_server.url, "TOKEN": program(make_user()).secret})  # noqa: S102 (our own page)

    assert Study.objects.get().memberships.get().role == Role.OWNER
    assert Measurement.objects.get().number == 64


def test_every_command_it_names_exists() -> None:
    assert set(re.findall(r"`manage.py (\w+)", PAGE)) <= set(get_commands())


def test_the_roles_it_names_exist() -> None:
    table = PAGE.split("| To |")[1].split("\n\n")[0]

    assert set(re.findall(r"\| (viewer|analyst|researcher)\b", table)) <= set(RIGHTS)
