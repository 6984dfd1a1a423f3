"""``manage.py sync_experiments [FILE …]``: experiments that code and files declare into the database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bandits.web.syncing import Synced, sync_declared, sync_document
from experiments.errors import Refusal
from experiments.management.study_files import count, examine, lines_of, read_bytes
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

HELP = (
    "Make rows of the experiments that the code declares with bandits.web.experiment(), and of those in study files, "
    "start those that are new, and publish those that have changed. Run it after migrate; twice changes nothing. What "
    "somebody paused or ended stays so. Status 1: something is to be mended, nothing was changed. 2: a file cannot be "
    "opened."
)


class Command(BaseCommand):
    """Experiments of the code and of files."""

    help = HELP
    requires_system_checks = ()  # the check that an experiment is missing must not keep it away

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, and the form of the report."""
        parser.add_argument("files", nargs="*", metavar="FILE", help="study files (YAML or JSON)")
        parser.add_argument("--owner", default="", metavar="USER", help="who owns the studies that are new")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Sync all or nothing, report."""
        documents = [_document(name) for name in cast("Sequence[str]", options["files"])]
        try:
            outcome = _sync(documents, _user(str(options["owner"])))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint} Nothing was changed.") from refusal
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in outcome]))
            return
        for one in outcome:
            self.stdout.write(f"{one.slug}: {one.did}")
        if not outcome:
            self.stdout.write("The code declares no experiment: call bandits.web.experiment() in a module “arms”.")


@transaction.atomic
def _sync(documents: Sequence[JsonObject], owner: User | None) -> list[Synced]:
    found = [one for document in documents for one in sync_document(document, owner=owner)]
    return [*sync_declared(owner=owner), *found]


def _user(name: str) -> User | None:
    found = get_user_model().objects.filter(username=name).first() if name else None
    if name and found is None:
        raise CommandError(f"There is no user “{name}”. Make one with: manage.py createsuperuser")
    return found


def _document(name: str) -> JsonObject:
    document, problems = examine(read_bytes(name))
    if problems:
        raise CommandError(f"{lines_of(name, problems)}\n{count(problems)} in {name}. Nothing was changed.")
    return document
