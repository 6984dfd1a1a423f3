"""``manage.py safety_parts``: what a document of a training under constraints may name."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import yaml
from django.core.management.base import BaseCommand, CommandError

from analysis.learning.components.showing import short

if TYPE_CHECKING:
    from analysis.safety.parts import Part

HELP = """\
List what a document of a training under constraints may name, section by section.

  manage.py safety_parts                     all of them
  manage.py safety_parts model               the types of a section: data, model, objective, bound, optimiser
  manage.py safety_parts model tree          one: what it is, its parameters with their limits and defaults, an example
  manage.py safety_parts model tree --json   the same for programs

What a constraint itself may say: manage.py check_constraint --help. The whole document: docs/safety.md,
docs/safety-data-and-models.md."""


class Command(BaseCommand):
    """List parts."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which section and type."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("section", nargs="?", default="", help="data, model, objective, bound, optimiser")
        parser.add_argument("type", nargs="?", default="", help="its name within the section")
        parser.add_argument("--json", action="store_true", help="with a JSON Schema of every parameter")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Look it up and show it."""
        from analysis.safety.parts import parts

        try:
            found = parts(options["section"], options["type"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([part.as_json() for part in found], indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_ones(found) if options["type"] else _list(found)))


def _list(found: Sequence[Part]) -> Iterator[str]:
    from analysis.safety.parts import SECTIONS

    for section, meaning in SECTIONS.items():
        members = [part for part in found if part.section == section]
        if members:
            yield f"{section}: {meaning}"
            width = max(len(part.name) for part in members)
            yield from (f"  {part.name:<{width}}  {part.title}" for part in members)
            yield ""


def _ones(found: Sequence[Part]) -> Iterator[str]:
    for part in found:
        yield f"{part.section}: {part.name}"
        yield from (f"  {line}" for line in (part.title, part.meaning) if line)
        if part.regimes:
            yield f"regimes: {', '.join(part.regimes)}"
        for name, parameter in part.parameters.items():
            default = f"Default: {short(parameter.fallback) or '“”'}." if parameter.is_optional else "Must be written."
            yield f"  {name}: {parameter.takes.words()}. {default}"
            yield f"      {parameter.meaning}"
        example = yaml.safe_dump({part.section: dict(part.example)}, default_flow_style=None, sort_keys=False).strip()
        yield from ("example", *(f"  {line}" for line in example.splitlines()), "")
