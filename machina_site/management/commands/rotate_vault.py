"""``manage.py rotate_vault``: another secret key, and nobody is forgotten."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from machina_site import secret_key
from machina_site.paths import VAR
from participants.services.rotating import Rotated, rotate_people, rotate_rest, sealed_before, still_needed

HELP = """The secret key seals people's ids in the vault and makes the digests by which they are known again.

to change it:
  1. rotate_vault --new-key     makes another one under var/ and keeps the one before beside it
     (with SECRET_KEY in the environment: give the new one as SECRET_KEY, the old one as SECRET_KEY_FALLBACKS)
  2. restart every process      web, workers, beat: from then on both keys are read, and the new one writes
  3. rotate_vault               seals and digests everybody anew; killed anywhere, say it again
  4. rotate_vault --forget      away with the keys before, once nothing needs them
     (with the environment: remove SECRET_KEY_FALLBACKS, and restart)

Links, tokens and completion codes that people hold stay good until step 4. Exit status 1 while somebody is left who
is known by a key before alone."""

KEY = VAR / "secret_key"


class Command(BaseCommand):
    """Rotates the vault."""

    help = "After the secret key was changed: seal people's ids and make their digests anew. Nobody is lost meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which step."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = HELP
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--new-key", action="store_true", help="make another key under var/; nothing is sealed yet")
        step.add_argument("--check", action="store_true", help="say what is left to do; changes nothing")
        step.add_argument("--forget", action="store_true", help="rotate, then forget the keys before if none is needed")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Do the step, then say what is so."""
        found = self._done(options)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        else:
            for name, value in found.items():
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")

    def _done(self, options: dict[str, Any]) -> dict[str, object]:
        if options["new_key"]:
            return _new_key()
        if options["check"]:
            return {"keys_before": len(settings.SECRET_KEY_FALLBACKS), "sealed_before": sealed_before(), **_needed()}
        rotated = rotate_people(told=self._progress)
        _require_readable(rotated)
        found = {"keys_before": len(settings.SECRET_KEY_FALLBACKS), **asdict(rotated), **rotate_rest(), **_needed()}
        _require_whole(rotated)
        return {**found, "keys_forgotten": _forget()} if options["forget"] else found

    def _progress(self, rotated: Rotated) -> None:
        self.stderr.write(f"\r{rotated.turned + rotated.current:,} people", ending="")
        self.stderr.flush()


def _needed() -> dict[str, object]:
    return {f"still needed by {name}": n for name, n in still_needed().items()}


def _new_key() -> dict[str, object]:
    if os.environ.get("SECRET_KEY"):
        raise CommandError(
            "The key is in the environment (SECRET_KEY), not under var/. Put a new one there, the old one into "
            "SECRET_KEY_FALLBACKS, restart everything, then say: rotate_vault"
        )
    secret_key.renew(KEY)
    return {"new_key": "made", "next": "restart every process, then say: rotate_vault"}


def _require_readable(rotated: Rotated) -> None:
    if rotated.unreadable:
        raise CommandError(
            f"{rotated.unreadable} ids were sealed under a key that nobody names: put it into SECRET_KEY_FALLBACKS, "
            "and say this again. Nothing of them was changed."
        )


def _require_whole(rotated: Rotated) -> None:
    if not rotated.is_whole:
        raise CommandError(
            f"{rotated.doubled + rotated.without_vault} people are known by a key before alone (twice in the vault, or "
            "without an entry in it): keep SECRET_KEY_FALLBACKS."
        )


def _forget() -> int:
    needed = still_needed()
    if needed:
        told = ", ".join(f"{n} {name}" for name, n in needed.items())
        raise CommandError(f"The keys before are still needed: {told}. Settle those campaigns first.")
    if os.environ.get("SECRET_KEY_FALLBACKS"):
        raise CommandError("Nothing needs the keys before: remove SECRET_KEY_FALLBACKS, and restart everything.")
    return secret_key.forget_before(KEY)
