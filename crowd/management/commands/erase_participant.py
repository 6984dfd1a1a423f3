"""``manage.py erase_participant``: make a person unknown for good; or see whose time is coming."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.platforms import PLATFORMS
from crowd.reads.erasure import Clock, Traces, clock_of, person_named, traces_of
from crowd.services.erasing import erase_confirmed, erase_due
from experiments.errors import Refusal
from experiments.models import Study
from experiments.types import JsonObject

EXAMPLES = """examples:
  erase_participant                                   how long each study keeps personal data, and whose time comes
  erase_participant --due                             erase now whose time is over (a worker does so every hour)
  erase_participant lunch 5c2d3e4f                    what there is of somebody; changes nothing
  erase_participant lunch 5c2d3e4f --confirm "erase 5c2d3e4f"
  erase_participant lunch --platform mturk            asks for the id at the platform, so that no shell keeps it
  erase_participant lunch 5c2d3e4f --with-answers --confirm "erase 5c2d3e4f"

Erased are the id in the vault, every word they wrote, and what their browser noticed; with --with-answers every other
answer, too. Rows of money stay under the pseudonym. Who is still owed money, or whose work is not decided, is erased
afterwards. Exit status 1 where a rule says no; nothing was erased then."""


class Command(BaseCommand):
    """Erases people."""

    help = "Erase a person of a study: their id, their words, what their browser noticed. Money keeps a tombstone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and whether it is meant."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("study", nargs="?", default="", help="its slug")
        parser.add_argument("person", nargs="?", default="", help="their pseudonym, or its first eight digits")
        parser.add_argument("--platform", choices=list(PLATFORMS), default="", help="their id there is asked for")
        parser.add_argument("--with-answers", action="store_true", help="also numbers and choices")
        parser.add_argument("--confirm", metavar="WORDS", help="“erase” and the pseudonym's first eight digits")
        parser.add_argument("--due", action="store_true", help="whose time is over, in all studies")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Show, or do."""
        try:
            document, lines = _done(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(json.dumps(document, indent=2, default=str) if options["json"] else "\n".join(lines))


def _done(options: dict[str, Any]) -> tuple[JsonObject, list[str]]:
    now = timezone.now()
    if options["due"]:
        n = erase_due(now=now)
        return {"erased": n}, [f"{n} erased."]
    if not options["study"]:
        clocks = [clock_of(study, now) for study in Study.objects.order_by("slug")]
        return {"studies": [_clock(each) for each in clocks]}, [_line(each) for each in clocks] or ["No study yet."]
    traces = _found(options)
    if options["confirm"] is None:
        return _shown(traces), _told(traces)
    answers = options["with_answers"]
    is_new = erase_confirmed(traces.participant, options["confirm"], with_answers=answers, now=now)
    return {"erased": is_new}, ["Erased." if is_new else "Erased before: nothing changed."]


def _found(options: dict[str, Any]) -> Traces:
    study = Study.objects.filter(slug=options["study"]).first()
    if study is None:
        raise CommandError(f"There is no study “{options['study']}”.")
    platform = options["platform"]
    name = getpass(f"Their id at {platform} (not shown): ") if platform and not options["person"] else options["person"]
    person = person_named(study, name.strip(), platform=platform)
    if person is None:
        raise CommandError("Nobody in this study goes by that. A pseudonym has eight digits at least.")
    return traces_of(person)


def _shown(traces: Traces) -> JsonObject:
    person = traces.participant
    return {
        "participant": str(person.uuid),
        "erased_at": person.erased_at.isoformat() if person.erased_at else None,
        "has_id": traces.has_id,
        "sessions": traces.sessions,
        "pages": traces.pages,
        "interactions": traces.interactions,
        "payments": traces.payments,
        "obstacle": traces.obstacle,
        "confirm_with": traces.phrase,
    }


def _told(traces: Traces) -> list[str]:
    if traces.participant.erased_at:
        return [f"Erased on {traces.participant.erased_at:%Y-%m-%d}."]
    return [
        f"{traces.sessions} sessions with {traces.pages} pages and {traces.interactions} things the browser noticed; "
        f"{'an' if traces.has_id else 'no'} id in the vault; {traces.payments} payments, which stay.",
        traces.obstacle or f"To erase them, add: --confirm “{traces.phrase}”",
    ]


def _clock(clock: Clock) -> JsonObject:
    return {
        "study": clock.study.slug,
        "retention_days": clock.study.retention_days,
        "people": clock.people,
        "due": clock.due,
        "held_back": clock.held,
        "within_30_days": clock.soon,
        "next_on": clock.next_on.isoformat() if clock.next_on else None,
    }


def _line(clock: Clock) -> str:
    after = f"next on {clock.next_on}" if clock.next_on else "nobody next"
    return (
        f"{clock.study.slug}: {clock.study.retention_days} days, {clock.people} people; {clock.due} due "
        f"({clock.held} held back), {clock.soon} within 30 days, {after}"
    )
