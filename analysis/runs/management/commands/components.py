"""``manage.py components``: what a pipeline may be built from."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError

from analysis.learning.components import (
    COMPONENTS,
    KINDS,
    Component,
    ComponentError,
    Requirement,
    find,
    load_components,
)
from analysis.learning.components.registry import BROKEN, absent_packages
from analysis.learning.components.schema import component_schema, components_schema
from analysis.learning.components.showing import short
from experiments.problems import did_you_mean

HELP = """\
List what a pipeline may be built from: every kind with its types, those of other installed packages included.

  manage.py components                       all of them
  manage.py components model                 the types of a kind
  manage.py components model mlp             one: what it requires, its parameters, what it needs installed
  manage.py components model mlp --json      its JSON Schema; without a type: the schema of all

Other packages add theirs through the entry point group machina.components (docs/recipes/add-a-component.md)."""


class Command(BaseCommand):
    """List components."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which kind and type."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("kind", nargs="?", default="", help="dataset, model, trainer …")
        parser.add_argument("type", nargs="?", default="", help="its name within the kind")
        parser.add_argument("--json", action="store_true", help="JSON Schema")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Look it up and show it."""
        load_components()
        kind, type_name = options["kind"], options["type"]
        try:
            found = [find(kind, type_name)] if type_name else list(COMPONENTS.values())
        except ComponentError as error:
            raise CommandError(" ".join(f"{message} {hint}" for _, message, hint in error.findings)) from error
        if kind and kind not in KINDS:
            raise CommandError(f"There is no kind “{kind}”. {did_you_mean(kind, KINDS)}")
        if options["json"]:
            schema = component_schema(found[0]) if type_name else components_schema(kind)
            self.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_one(found[0]) if type_name else _list(kind)))
        for module, reason in BROKEN.items():
            self.stderr.write(f"{module} adds components, but cannot be loaded: {reason}")


def _list(kind: str) -> Iterator[str]:
    for name, of in KINDS.items():
        members = [made for (found, _), made in COMPONENTS.items() if found == name]
        if (kind and name != kind) or not members:
            continue
        yield f"{name}: {of.meaning}"
        width = max(len(made.type) for made in members)
        for made in sorted(members, key=lambda one: one.type):
            lacks = absent_packages(made)
            yield f"  {made.type:<{width}}  {made.title}." + (f" (not here: {', '.join(lacks)})" if lacks else "")
        yield ""


def _one(made: Component) -> Iterator[str]:
    yield f"{made.kind}: {made.type}"
    yield from (f"  {line}" for line in (f"{made.title}.", *made.meaning.splitlines()))
    if made.requires:
        yield "requires"
        yield from (_requirement(name, each) for name, each in made.requires.items())
    if made.parameters:
        yield "config"
    for name, parameter in made.parameters.items():
        default = f" Default: {short(parameter.fallback) or '“”'}." if parameter.is_optional else " Must be written."
        yield f"  {name}: {parameter.takes.words()}.{default}"
        if parameter.meaning:
            yield f"      {parameter.meaning}"
    if made.packages:
        lacks = absent_packages(made)
        yield f"needs {', '.join(made.packages)}" + (f" (not installed here: {', '.join(lacks)})" if lacks else "")


def _requirement(name: str, requirement: Requirement) -> str:
    words = " or ".join(requirement.kinds) + (", several" if requirement.many else "")
    return f"  {name}: {words}{' (may be absent)' if requirement.optional else ''}. {requirement.meaning}".rstrip()
