"""The shop's commands: .venv/bin/python -m examples.button_shop.manage COMMAND"""

import os
import sys

from django.core.management import execute_from_command_line

from machina_site.embedded import Postgres
from machina_site.paths import VAR


def main() -> None:
    """Start Machina's own PostgreSQL if no other is named, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.button_shop.settings")
    if not os.environ.get("DATABASE_URL"):
        Postgres(VAR).ensure()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
