#!/usr/bin/env python
"""Every command of Machina: ``./machina manage`` lists them."""

import gc
import os
import sys

from django.core.management import execute_from_command_line
from django.db import ProgrammingError
from psycopg2.errors import UndefinedTable

from machina_site.embedded import EmbeddedServerError, ensure_for_command

NO_TABLES = """machina: {said}
  The database has no such table: is it new, or older than this program?
  hint: ./machina manage migrate   makes and changes the tables (./machina demo does so by itself)
        MACHINA_VAR and DATABASE_URL say which database is meant: give a command the same as the server has"""


def main() -> None:
    """Start the embedded servers for a command that needs them, then run it."""
    gc.set_threshold(50_000, 20, 100)  # what a command loads stays: looking through it took a third of `migrate`
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    try:
        ensure_for_command(sys.argv)
    except EmbeddedServerError as error:
        sys.exit(f"machina: {error}")
    run(sys.argv)


def run(arguments: list[str]) -> None:
    """A command. That the database has no tables yet is said in a sentence (--traceback shows the rest)."""
    try:
        execute_from_command_line(arguments)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable) or "--traceback" in arguments:
            raise
        sys.exit(NO_TABLES.format(said=str(error).partition("\n")[0]))


if __name__ == "__main__":
    main()
