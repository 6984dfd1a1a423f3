"""``manage.py power``: how many, how likely, how small: the third from the other two, for any usual design."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.statistics.words import NoAnswer

if TYPE_CHECKING:
    from analysis.planning.power.answering import Answer, Asked
    from analysis.planning.power.assurance import Belief

EPILOG = """examples:
  manage.py power means --effect 0.5                          how many, for a chance of 80 %
  manage.py power means --effect 3 --sd 8 --power 0.9 --drop-out 0.15
  manage.py power means --n 40 --power 0.8                    the smallest effect that 40 in an arm find
  manage.py power proportions --base 0.10 --effect 0.02 --n 4000    the chance
  manage.py power proportions --base 0.10 --effect 0.02 --watch anytime    if you want to look whenever you like
  manage.py power paired --effect 0.3 --correlation 0.7 --believed 0.3,0.15    with what you believe of the effect
  manage.py power groups --groups 4 --effect 0.25 --curve     the whole curve, as a table

Two of --effect, --n and --power are given (--power is 0.8 if you give one of the others), the third is answered.
`manage.py power KIND --help` says what an effect is there. The whole experiment, with its money: manage.py plan."""


class Command(BaseCommand):
    """Answers from formulas alone; no experiment is looked at."""

    help = "Power and sample size of a design: units for a power, power of units, or the smallest effect found."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand for each kind of design, with its own options."""
        from analysis.planning.power import DESIGNS  # SciPy: only when somebody asks

        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        for kind, design in DESIGNS.items():
            words = f"{design.title}. effect: {design.effect_words}. {design.source}."
            one = kinds.add_parser(kind, help=design.title, description=words)
            for asked in design.declared():
                name, title = f"--{asked.name.replace('_', '-')}", asked.metadata["title"]
                options = asked.metadata.get("options")
                one.add_argument(name, dest=asked.name, choices=options, help=f"{title} ({asked.default})")
            _add_asked(one)

    def handle(self, *_arguments: object, **options: object) -> None:
        """Ask, and say the sentence, or everything as JSON."""
        from analysis.planning.power import DESIGNS
        from analysis.planning.power.answering import answer

        kind = DESIGNS[str(options["kind"])]
        given = {one.name: options[one.name] for one in kind.declared() if options[one.name] is not None}
        try:
            found = answer(kind.read(given), _asked(options))
        except NoAnswer as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError(f"Not answered: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), indent=2))
            return
        self._say(found, with_curve=bool(options["curve"]))

    def _say(self, found: Answer, *, with_curve: bool) -> None:
        self.stdout.write(self.style.SUCCESS(found.sentence))
        for remark in found.remarks:
            self.stdout.write(remark)
        if with_curve:
            self.stdout.write(f"\n{'units in an arm':>16}  power")
            for n, power in found.curve:
                self.stdout.write(f"{n:>16,}  {100 * power:5.1f} %  {'█' * round(40 * power)}")


def _add_asked(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("what is asked: two of the first three")
    asked.add_argument("--effect", type=float, help="the effect to find")
    asked.add_argument("--n", type=float, help="analysed units in an arm")
    asked.add_argument("--power", type=float, help="the chance to find it (0.8, unless --effect and --n are given)")
    asked.add_argument("--drop-out", type=float, default=0.0, help="share of those let in who give no value (0)")
    asked.add_argument("--down", action="store_true", help="the smallest effect below 0, not above it")
    asked.add_argument("--watch", default="once", help="once, obrien_fleming, pocock or anytime (once)")
    asked.add_argument("--looks", type=int, default=4, help="how many, with obrien_fleming and pocock (4)")
    asked.add_argument("--believed", metavar="MEAN,SD", help="what is believed of the effect: adds the assurance")
    asked.add_argument("--curve", action="store_true", help="power at growing numbers of units")
    asked.add_argument("--json", action="store_true", help="everything as JSON")


def _asked(options: dict[str, object]) -> Asked:
    from analysis.planning.power.answering import Asked
    from analysis.planning.power.watching import Watch

    effect, n = cast("float | None", options["effect"]), cast("float | None", options["n"])
    power = cast("float | None", options["power"])
    return Asked(
        effect=effect,
        n=n,
        power=0.8 if power is None and (effect is None or n is None) else power,
        drop_out=cast(float, options["drop_out"]),
        watch=Watch(str(options["watch"]), cast(int, options["looks"])),
        belief=_belief(cast("str | None", options["believed"])),
        down=bool(options["down"]),
    )


def _belief(text: str | None) -> Belief | None:
    from analysis.planning.power.assurance import Belief

    if text is None:
        return None
    mean, _, sd = text.partition(",")
    try:
        return Belief(float(mean), float(sd))
    except ValueError as error:
        raise ValueError(
            f"believed must be a mean and a standard deviation, such as 0.3,0.15, not {text!r}."
        ) from error
