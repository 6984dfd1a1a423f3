#!/usr/bin/env python
"""Every command of Machina: ``./machina manage`` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from machina_site.embedded import EmbeddedServerError, ensure_for_command


def main() -> None:
    """Start the embedded servers for a command that needs them, then run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    try:
        ensure_for_command(sys.argv)
    except EmbeddedServerError as error:
        sys.exit(f"machina: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
