"""``manage.py check_constraint TEXT``: what a constraint means, or where it is wrong."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments.management.study_files import write_text

if TYPE_CHECKING:
    from analysis.safety.checking import Checked

HELP = """\
Read a constraint as a training would: what has to be at most 0, its tree, which sides of which quantities are bounded
from data and what each may spend of delta. If it cannot be read: where, why, and what to write instead.

  manage.py check_constraint "abs((PR | [M]) - (PR | [F])) <= 0.15"
  manage.py check_constraint "CM_[0,1] <= 0.1" --regime multiclass_classification --classes 3
  manage.py check_constraint "Mean_Squared_Error <= 2" --regime regression --range Mean_Squared_Error=0:9
  manage.py check_constraint "(J_pi_new_IS | [M]) >= 1.5" --regime reinforcement_learning --groups M,F
  manage.py check_constraint --measures --regime regression      every name that may be used, and its meaning
  manage.py check_constraint "PR <= 0.5" --svg tree.svg          the tree as a picture
  manage.py check_constraint "PR <= 0.5" --json                  for scripts

A constraint is an inequality (<= or >=) of + - * / ** abs exp log min max pow, numbers, e, and measures. A condition
stands behind a bar, in parentheses: (PR | [M]) is over the rows of group M, (PR | [M,R1]) over those in both. Of more
than two classes one is named: PR_[2]. Of alternate rewards, too: J_pi_new_IS_[1]. More: docs/constraints.md

Nothing is stored, and no data are needed. Status 0: it can be read. 1: it cannot. 2: an option is wrong."""


class Options(TypedDict):
    """What the command line gives."""

    text: str | None
    regime: str
    groups: str | None
    classes: int | None
    rewards: int | None
    delta: float
    range: list[tuple[str, tuple[float, float]]]
    bound: str
    mode: str
    measures: bool
    json: bool
    svg: str | None


class Command(BaseCommand):
    """Read one constraint."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The text, what its names mean, and what comes out."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("text", nargs="?", help="the constraint, in quotes")
        parser.add_argument("--regime", default="binary_classification", help="what is learned (%(default)s)")
        parser.add_argument("--groups", metavar="M,F", help="names that conditions may use (any)")
        parser.add_argument("--classes", type=int, metavar="N", help="how many classes there are")
        parser.add_argument("--rewards", type=int, metavar="N", help="how many alternate rewards there are")
        parser.add_argument("--delta", type=float, default=0.05, help="how often it may fail (%(default)s)")
        parser.add_argument(
            "--range", type=_range, action="append", default=[], metavar="NAME=LOW:HIGH", help="what a value can be"
        )
        parser.add_argument("--bound", default="auto", help="how sure one is from so many rows (%(default)s)")
        parser.add_argument("--mode", default="default", help="default or engine-compatible")
        parser.add_argument("--measures", action="store_true", help="list the measures of the regime")
        parser.add_argument("--json", action="store_true", help="what was found as JSON")
        parser.add_argument("--svg", metavar="FILE", help="write the tree as a picture; - for standard output")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Look, and tell."""
        try:
            if options["measures"]:
                self._list(options)
                return
            checked = _checked(options)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self._tell(checked, options)
        if not checked.in_order:
            sys.exit(1)

    def _list(self, options: Options) -> None:
        from analysis.safety.asking import words_of

        words = words_of(options["regime"])
        if options["json"]:
            self.stdout.write(json.dumps(words, indent=2, ensure_ascii=False))
            return
        width = max(len(str(word["example"])) for word in words)
        for word in words:
            self.stdout.write(f"{word['example']!s:<{width}}  {word['meaning']}")

    def _tell(self, checked: Checked, options: Options) -> None:
        if options["svg"] and checked.tree is not None:
            self._picture(checked, options["svg"])
        if options["json"]:
            from analysis.safety.checking import as_document

            self.stdout.write(json.dumps(as_document(checked), indent=2, ensure_ascii=False))
        elif options["svg"] != "-":
            self.stdout.write("\n".join(_told(checked)))

    def _picture(self, checked: Checked, target: str) -> None:
        from analysis.safety.constraints.picture import draw
        from analysis.safety.constraints.svg import as_svg

        assert checked.tree is not None  # noqa: S101 - asked before
        picture = as_svg(draw(checked.tree))
        write_text(target, picture, self.stdout)


def _checked(options: Options) -> Checked:
    from analysis.safety.asking import Question

    if options["text"] is None:
        raise ValueError("Give a constraint in quotes, or --measures for the names it may use.")
    groups = None if options["groups"] is None else [name for name in options["groups"].split(",") if name]
    question = Question(
        text=options["text"],
        regime=options["regime"],
        groups=groups,
        delta=options["delta"],
        classes=options["classes"],
        rewards=options["rewards"],
        ranges=dict(options["range"]),
        bound=options["bound"],
        mode=options["mode"],
    )
    return question.answered()


def _told(checked: Checked) -> Iterator[str]:
    from analysis.safety.constraints.showing import tree_lines

    if checked.error is not None:
        yield checked.error.pointed()
        yield f"column {checked.error.column}: {checked.error.message}"
    if checked.constraint is None or checked.tree is None:
        return
    yield f"g = {checked.constraint.normalised}"
    yield f"g <= 0 is wanted; a model that breaks it passes with probability {checked.delta:g} at most."
    yield ""
    yield from tree_lines(checked.tree)
    yield ""
    for need in checked.needs:
        kind = need.bound if need.exact else f"{need.bound}, approximate"
        yield f"{need.quantity}: bounded {' and '.join(_sides(need.sides.lower, need.sides.upper))} ({kind})"
    yield from (f"Note: {remark}" for remark in checked.remarks)


def _sides(lower: bool, upper: bool) -> list[str]:
    return [word for word, needed in (("from below", lower), ("from above", upper)) if needed]


def _range(text: str) -> tuple[str, tuple[float, float]]:
    name, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return name, (float(low), float(high))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be like Mean_Squared_Error=0:9, not {text}") from None
