"""``manage.py standin_workers``: scripted workers come to a stand-in, and through its frame to our own pages."""

from __future__ import annotations

import json
import sys
import time
from argparse import RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import TypedDict, Unpack

import httpx
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crowd.standin.crowds.running import Tally, send
from crowd.standin.crowds.sites import SITES
from crowd.standin.crowds.workforce import MEANING, Habit, Workforce, workforce
from crowd.standin.crowds.working import Day
from experiments.chance import Stream
from participants.simulation.knowledge import Knowledge
from participants.simulation.pace import Pace

EPILOG = """\
examples:
  manage.py standin_workers mturk http://127.0.0.1:8765 --workers 30
  manage.py standin_workers mturk http://127.0.0.1:8765 --workers 200 --leaving 0.2 --doubling 0.1 --forgetting 0.2
  manage.py standin_workers mturk http://127.0.0.1:8765 --workers 9 --only 3A…
  manage.py standin_workers mturk http://127.0.0.1:8765 --workers 8 --think-time real    about a minute

They work on what the stand-in offers: publish a campaign through an account with its address first.
The same seed gives the same people with the same habits. Exit status 1: something was not as it should be.
More: docs/stand-ins.md
"""
BAR = 30


class Options(TypedDict):
    """What the command line gives, beside a share for each habit."""

    kind: str
    url: str
    workers: int
    seed: int
    at_once: int
    away: float
    think_time: str
    only: list[str] | None
    prefix: str
    json: bool


class Command(BaseCommand):
    """Send them, tell what came of it."""

    help = "Let scripted workers browse a stand-in, accept, go through the real pages in its frame, and hand in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who comes, and with which habits."""
        parser.epilog, parser.formatter_class = EPILOG, RawDescriptionHelpFormatter
        parser.add_argument("kind", choices=SITES, help="the platform")
        parser.add_argument("url", help="the stand-in's address")
        parser.add_argument("--workers", type=int, default=20, help="how many (20)")
        parser.add_argument("--seed", type=int, default=18, help="settles who does what (18)")
        parser.add_argument("--at-once", type=int, default=6, help="how many work at the same time (6)")
        parser.add_argument("--away", type=float, default=1.0, help="seconds for which the slow stay away (1)")
        parser.add_argument(
            "--think-time",
            type=_pace,
            default="fast",
            help="on each page: fast, real (4 to 20 seconds, so that hourly pay means something), or seconds",
        )
        parser.add_argument("--only", nargs="+", metavar="ID", help="work on these HITs or studies only")
        parser.add_argument("--prefix", default="A1CROWD", help="of their ids (A1CROWD)")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        for habit in Habit:
            parser.add_argument(f"--{habit}", type=_share, default=0.0, metavar="SHARE", help=MEANING[habit])

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Until the last has gone home."""
        _look_in(options["url"])
        started = time.monotonic()
        tally = _sent(options, on_tty=sys.stderr.isatty())
        self._report(tally, time.monotonic() - started, as_json=options["json"])
        if tally.problems:
            sys.exit(1)

    def _report(self, tally: Tally, seconds: float, *, as_json: bool) -> None:
        if as_json:
            found = {"counts": tally.counts, "problems": tally.problems, "seconds": round(seconds, 1)}
            self.stdout.write(json.dumps(found, indent=2, sort_keys=True))
            return
        for name, n in sorted(tally.counts.items(), key=lambda each: (-each[1], each[0])):
            self.stdout.write(f"{n:>7}  {name}")
        self.stdout.write(f"{seconds:>7.1f}  seconds")
        for problem in tally.problems:
            self.stdout.write(self.style.ERROR(problem))


def _sent(options: Options, *, on_tty: bool) -> Tally:
    shares: Mapping[Habit, float] = {habit: float(options[str(habit)]) for habit in Habit}  # type: ignore[literal-required]  # one option for each
    asked = Workforce(options["workers"], options["seed"], shares, options["prefix"])
    with Knowledge() as knowledge:
        day = Day(
            site_of=lambda worker: SITES[options["kind"]](options["url"], worker),
            look=lambda token: knowledge.of(token, Stream(options["seed"], "page", token)),
            sleep=time.sleep,
            away=options["away"],
            only=frozenset(options["only"] or ()),
            pace=Pace.parse(options["think_time"], lease_seconds=0, away=options["away"]),
        )
        return send(day, workforce(asked), at_once=options["at_once"], progress=_bar if on_tty else _quiet)


def _look_in(url: str) -> None:
    """Better one sentence than a hundred failures."""
    try:
        page = httpx.get(url, timeout=10.0, trust_env=False).text
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise CommandError(f"Nobody answers at {url} ({error}). Start it: manage.py standin mturk") from error
    if "Stand-in" not in page:
        raise CommandError(f"{url} does not say that it is a stand-in. Scripted workers go nowhere else.")


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value


def _pace(text: str) -> str:
    if text not in ("fast", "real") and float(text) < 0:
        raise ValueError
    return text


def _bar(done: int, total: int) -> None:
    filled = BAR * done // total
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}" + ("\n" if done == total else ""))
    sys.stderr.flush()


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""
