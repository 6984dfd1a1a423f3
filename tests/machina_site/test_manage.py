"""A command on a database without tables says so, and what makes them."""

import pytest
from django.db import ProgrammingError, connection

from manage import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_campaigns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandits.web.checks.NAMED", {})  # what the projects of other tests name is not asked for here
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crowd_campaign RENAME TO gone")


def test_a_database_without_tables_is_a_sentence_and_names_the_command_that_makes_them() -> None:
    with pytest.raises(SystemExit, match=r'"crowd_campaign" does not exist(.|\n)*manage migrate'):
        run(["manage.py", "campaign", "list"])


def test_whoever_asks_for_the_traceback_gets_it() -> None:
    with pytest.raises(ProgrammingError, match="crowd_campaign"):
        run(["manage.py", "campaign", "list", "--traceback"])
