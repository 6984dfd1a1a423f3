"""``manage.py standin``: a crowd platform on this machine, without its people and its money."""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import TypedDict, Unpack

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crowd.standin.kernel.journal import Journal, JournalError
from crowd.standin.program import KINDS

EPILOG = """\
examples:
  manage.py standin mturk                        on http://127.0.0.1:8765; what happens there is kept
  manage.py standin mturk --port 9000 --forget   on another port, and everything is gone when it ends
  manage.py standin mturk --anew                 as new: no HITs, 10,000 dollars
  manage.py standin prolific --port 8766         Prolific: its REST API below /api/v1, its participants' website

Its first page is the workers' website, /requester (Prolific: /researcher) what who pays sees, /_ctl (JSON) turns clock
and faults. An account whose endpoint is its address publishes there: keys and tokens may be anything; no real platform
is ever asked.
More: docs/stand-ins.md
"""


class Options(TypedDict):
    """What the command line gives."""

    kind: str
    port: int
    journal: Path | None
    forget: bool
    anew: bool


class Command(BaseCommand):
    """Serve until Ctrl-C."""

    requires_system_checks = ()  # it needs no database
    help = "Run a stand-in for a crowd platform: its API, its workers' website, and controls for clock and faults."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which platform, where, and what is kept."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("kind", choices=KINDS, help="the platform")
        parser.add_argument("--port", type=int, default=8765, help="default: 8765; 0 picks a free one")
        parser.add_argument("--journal", type=Path, help="the file that keeps its state; default: in Machina's var")
        parser.add_argument("--forget", action="store_true", help="keep nothing")
        parser.add_argument("--anew", action="store_true", help="throw away what was kept before")

    def handle(self, *args: object, **options: Unpack[Options]) -> None:
        """In the foreground."""
        kind = options["kind"]
        journal = options["journal"] or Path(settings.STAND_INS_ROOT) / f"{kind}.journal"
        try:
            if options["anew"]:
                Journal.discard(journal)
            running = KINDS[kind](None if options["forget"] else journal, options["port"], is_mortal=True)
        except (JournalError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Stand-in for {kind}: {running.url}\nKept in: {'-' if options['forget'] else journal}")
        try:
            running.serve()
        except KeyboardInterrupt:
            running.stop()
            sys.exit(0)
