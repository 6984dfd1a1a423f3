"""``manage.py import_study FILE``: a study file into the database, all or nothing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from experiments.errors import Refusal
from experiments.management.study_files import as_json, count, examine, lines_of, not_ready, read_bytes
from experiments.models import Study
from experiments.problems import Problem
from experiments.services.study_file import import_study
from experiments.services.versions import unpublished_changes
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

HELP = (
    "Create the study of a file, or bring an existing one up to it: all or nothing. New experiments are drafts. A "
    "running experiment takes the new definition as unpublished changes; newcomers get it when it is published. "
    "Status 0: imported. 1: something is to be mended, nothing was changed. 2: the file cannot be opened."
)


class Command(BaseCommand):
    """Import a study file."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whose study it will be."""
        parser.add_argument("file", help="a study file (YAML or JSON), or - for standard input")
        parser.add_argument("--owner", default="", metavar="USER", help="who owns the study if it is new")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Read, check, write, report."""
        name = options["file"]
        document, problems = examine(read_bytes(name))
        if problems:
            self._refuse(name, problems, as_data=bool(options["json"]))
        outcome = self._import(document, owner=_user(options["owner"]), is_dry=bool(options["dry_run"]))
        outcome |= {"file": name, "not_ready": not_ready(document)}
        self.stdout.write(json.dumps(outcome, indent=2, ensure_ascii=False) if options["json"] else _sentences(outcome))

    def _refuse(self, name: str, problems: list[Problem], *, as_data: bool) -> None:
        if as_data:
            self.stdout.write(json.dumps({"file": name, "problems": as_json(problems)}, indent=2, ensure_ascii=False))
        else:
            self.stderr.write(f"{lines_of(name, problems)}\n{count(problems)} in {name}; nothing was imported.")
        sys.exit(1)

    def _import(self, document: JsonObject, *, owner: User | None, is_dry: bool) -> dict[str, object]:
        head = cast(JsonObject, document["study"])
        is_new = not Study.objects.filter(slug=head["slug"]).exists()
        try:
            with transaction.atomic():
                study = import_study(document, owner=owner)
                experiments = [f"{one.slug} ({one.status})" for one in study.experiments.order_by("pk")]
                unpublished = _unpublished(study)
                transaction.set_rollback(is_dry)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint} Nothing was imported.") from refusal
        verb = "created" if is_new else "updated"
        return {"study": study.slug, "outcome": verb, "dry_run": is_dry, "experiments": experiments} | {
            "unpublished": unpublished
        }


def _unpublished(study: Study) -> dict[str, list[str]]:
    """Experiments under way whose newcomers still get an older version, with what differs."""
    under_way = study.experiments.filter(status__in=("rehearsal", "running", "paused")).order_by("pk")
    changes = {one.slug: list(unpublished_changes(one)) for one in under_way}
    return {slug: found for slug, found in changes.items() if found}


def _user(name: str) -> User | None:
    if not name:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user “{name}”. Make one with: manage.py createsuperuser")
    return user


def _sentences(outcome: dict[str, object]) -> str:
    would = "would be " if outcome["dry_run"] else ""
    experiments = ", ".join(cast("list[str]", outcome["experiments"])) or "none"
    lines = [f"Study {outcome['study']} {would}{outcome['outcome']}. Experiments: {experiments}."]
    for slug, changes in cast("dict[str, list[str]]", outcome["unpublished"]).items():
        lines += [f"{slug} is under way, so newcomers get this only when you publish it (console or API):"]
        lines += [f"  {change}" for change in changes]
    blocking = cast("list[str]", outcome["not_ready"])
    return "\n".join([*lines, *(f"Not ready to start: {sentence}" for sentence in blocking)])
