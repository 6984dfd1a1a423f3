"""``manage.py evaluate_policy``: what would another policy have earned on this experiment's traffic?"""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from bandits.evaluation.question import SUITED, WAYS, Question, policy_in
from experiments.errors import Refusal
from experiments.models import Experiment

if TYPE_CHECKING:
    from bandits.evaluation.answer import Answer

HELP = """\
What would another policy have earned on the decisions and rewards of an experiment? Nothing is stored.

The policy is a name (ucb1), JSON ('{"policy": "epsilon_greedy", "epsilon": 0.1}'), always:ARM, version:N (that
version's policy) or state:N (the chances of that stored state). Several --policy are answered one after the other, in
one table each; all of them are looked at first, so a wrong one is refused before any is worked out.

  manage.py evaluate_policy offer --policy ucb1 --policy always:soup --since 30d
  manage.py evaluate_policy offer --policy kl_moss --learning replay --by page --json

It exits with 1 if the log cannot answer. Tables of the policies before that one have been written by then; with
--json nothing is."""
UNITS = {"d": "days", "h": "hours", "m": "minutes", "w": "weeks"}


class Command(BaseCommand):
    """Evaluates policies on a log."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The question, as the page and the API ask it."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("experiment", help="slug of the experiment")
        parser.add_argument("--policy", action="append", required=True, metavar="POLICY", dest="policies")
        parser.add_argument("--learning", choices=list(WAYS), default=SUITED, help=_ways())
        parser.add_argument("--since", default="", help="2026-10-01, 2026-10-01T12:00, or how long ago: 30d, 12h, 4w")
        parser.add_argument("--until", default="", help="the same; decisions before it count")
        parser.add_argument("--by", default="", help="a key of the context: an answer for each of its values")
        parser.add_argument("--confidence", type=float, default=0.95, help="of each interval (0.95)")
        parser.add_argument("--clip", type=float, default=10.0, help="weights count at most this in clipped IPS (10)")
        parser.add_argument("--missing", type=float, help="what a decision counts whose reward never came")
        parser.add_argument("--early", action="store_true", help="count open decisions too, if their reward has come")
        parser.add_argument(
            "--unsupported", type=float, default=0.0, help="share of plays the log may be silent on (0)"
        )
        parser.add_argument("--rehearsal", action="store_true", help="the rehearsal's log")
        parser.add_argument("--json", action="store_true", help="the answers as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Look at every policy, then answer each; the first that cannot be answered ends it."""
        from bandits.evaluation.answering import answer  # numpy: only when somebody asks
        from bandits.evaluation.targets import target_of

        experiment = Experiment.objects.filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        now = timezone.now()
        try:
            questions = [_question(text, options, now=now) for text in cast("list[str]", options["policies"])]
            for question in questions:
                target_of(experiment, question)
            self._write(
                (answer(experiment, question, now=now) for question in questions), is_json=bool(options["json"])
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal

    def _write(self, answers: Iterable[Answer], *, is_json: bool) -> None:
        """Tables as they come; JSON when all are there."""
        from bandits.evaluation.table import as_table

        if is_json:
            found = [one.to_json() for one in answers]
            self.stdout.write(json.dumps({"evaluations": found}, indent=2, default=_written))
            return
        for number, one in enumerate(answers):
            self.stdout.write(("\n" if number else "") + as_table(one))


def _ways() -> str:
    ways = "; ".join(f"{name}: {text[0].lower()}{text[1:].rstrip('.')}" for name, text in WAYS.items())
    return f"how the policy learns ({SUITED}). {ways}".replace("%", "%%")


def _question(policy: str, options: dict[str, object], *, now: datetime) -> Question:
    return Question(
        policy=policy_in(policy),
        learning=str(options["learning"]),
        since=_time("since", str(options["since"]), now=now),
        until=_time("until", str(options["until"]), now=now),
        by=str(options["by"]),
        confidence=cast(float, options["confidence"]),
        clip=cast(float, options["clip"]),
        missing=cast("float | None", options["missing"]),
        early=bool(options["early"]),
        unsupported=cast(float, options["unsupported"]),
        is_rehearsal=bool(options["rehearsal"]),
    )


def _time(name: str, text: str, *, now: datetime) -> datetime | None:
    """A time, a day (its beginning), or how long ago; UTC where nothing else is said."""
    if not text:
        return None
    if text[:-1].isdecimal() and len(text) <= 7 and text[-1] in UNITS:
        return now - timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    if day is not None and moment is None:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if moment is None:
        raise CommandError(f"--{name} is a time such as 2026-10-01, 2026-10-01T12:00 or 30d, not “{text}”.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
