"""``manage.py information``: what a look would teach, before anybody is paid for it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.statistics.words import NoAnswer

if TYPE_CHECKING:
    Kinds = argparse._SubParsersAction[CommandParser]

EPILOG = """examples:
  manage.py information arms a=12/40 b=19/41 c=17/40             which arm is best: where the next 20 people teach most
  manage.py information arms a=5.1,2,40 b=5.6,2,38@4 --left 100  numbers (mean, sd, people); one in b costs 4
  manage.py information arms a=12/40 b=19/41 --target compare_to_control --size 10
  manage.py information bernoulli --n 10 --prior 1,1             exact, in nats (1 nat = 1.44 bits)
  manage.py information normal --n 10 --prior 0,2 --noise 5
  manage.py information linear --look 1,0 --look 1,1 --noise 2   exact, beside nested Monte Carlo and a fitted bound
  manage.py information logistic --look 1,-2 --look 1,2          Laplace, beside nested Monte Carlo and a fitted bound
  manage.py information psychometric --answer 0.5=yes --answer -1=no --block 4   next stimulus, next block

An experiment's own arms: manage.py plan SLUG --next 20. To have people assigned by it: allocation information_gain."""


class Command(BaseCommand):
    """Answers from what is typed; no experiment is looked at, nothing is stored."""

    help = "Expected information of the next looks: which arm, stimulus or block teaches most, and for how much money."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand for each kind of model."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        _add_arms(kinds)
        _add_conjugate(kinds)
        _add_regression(kinds)
        _add_psychometric(kinds)
        for one in kinds.choices.values():
            one.add_argument("--json", action="store_true", help="everything as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Ask, and say it, or everything as JSON."""
        try:
            found = _answered(options)
        except NoAnswer as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError(f"Not answered: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        elif options["kind"] == "arms":
            self._arms(found)
        else:
            self._model(found)

    def _arms(self, found: dict[str, object]) -> None:
        chosen = "No arm can be paid." if found["next"] is None else f"Next: {found['next']}, the most for its cost."
        self.stdout.write(self.style.SUCCESS(chosen))
        self.stdout.write(
            f"{'arm':<16} {'best':>8} {'nats a look':>12} {'per cost':>10} {'gradient':>10} {'top-two':>8} places"
        )
        for row in cast("list[dict[str, float]]", found["arms"]):
            self.stdout.write(
                f"{row['arm']:<16} {100 * row['chance_best']:6.1f} % {row['information']:12.5f} "
                f"{row['information_per_cost']:10.5f} {max(row['knowledge_gradient'], 1e-12):10.2g} "
                f"{100 * row['top_two']:6.1f} % {row['places']:6}"
            )
        self.stdout.write(
            f"The batch costs {found['cost_of_batch']:,.2f}, and adds {found['worth_of_batch']:.3g} of the measure on "
            "average to what is chosen after it. gradient: the same of one look."
        )

    def _model(self, found: dict[str, object]) -> None:
        self.stdout.write(self.style.SUCCESS(str(found["sentence"])))
        if "exact" in found:
            self.stdout.write(f"Exactly {cast(float, found['exact']):.6g} nats.")
        if "laplace" in found:
            self.stdout.write(
                f"About {cast(float, found['laplace']):.4g} nats by Laplace, right for many answers: go by the bounds."
            )
        if "variational" in found:
            fitted = cast("dict[str, float]", found["variational"])
            self.stdout.write(
                f"At least {fitted['at_least']:.3f} nats (± {2 * fitted['error']:.3f}) by a fitted posterior."
            )


def _add_arms(kinds: Kinds) -> None:
    arms = kinds.add_parser("arms", help="arms of an experiment: which one next, per unit cost")
    arms.add_argument("arms", nargs="+", metavar="NAME=FIGURES", help="12/40 or MEAN,SD,PEOPLE; @COST behind it")
    arms.add_argument("--target", default="best_arm", help="best_arm, compare_to_control (the first) or estimate")
    arms.add_argument("--size", type=int, default=20, help="people of the next batch (20)")
    arms.add_argument("--left", type=float, default=float("inf"), help="money there is")


def _add_conjugate(kinds: Kinds) -> None:
    for kind, words in (("bernoulli", "yes or no answers"), ("normal", "numbers")):
        one = kinds.add_parser(kind, help=f"so many {words} about one parameter: exact")
        one.add_argument("--n", type=int, default=1, help="answers (1)")
        one.add_argument("--prior", default="1,1", help="a,b of a Beta, or mean,sd of a Normal belief (1,1)")
        one.add_argument("--noise", type=float, default=1.0, help="sd of one number (1)")


def _add_regression(kinds: Kinds) -> None:
    for kind, words in (("linear", "numbers"), ("logistic", "yes or no")):
        one = kinds.add_parser(kind, help=f"answers ({words}) by a {kind} model of several parameters")
        one.add_argument("--look", action="append", required=True, metavar="X,X", help="one row of the design")
        one.add_argument("--prior-sd", type=float, default=1.0, help="of every coefficient (1)")
        one.add_argument("--at", type=float, default=0.0, help="where coefficients are believed to be (0)")
        one.add_argument("--noise", type=float, default=1.0, help="sd of one number (1)")
        one.add_argument("--seed", type=int, default=18, help="of what is drawn (18)")


def _add_psychometric(kinds: Kinds) -> None:
    person = kinds.add_parser("psychometric", help="one participant's next stimulus, and the next block")
    person.add_argument("--stimuli", default="-3,3,25", metavar="LOW,HIGH,COUNT", help="stimuli there are (-3,3,25)")
    person.add_argument("--slope", default="0.7,7", metavar="LOW,HIGH", help="slopes that are possible (0.7,7)")
    person.add_argument("--guess", type=float, default=0.0, help="chance of a yes without any stimulus (0)")
    person.add_argument("--lapse", type=float, default=0.02, help="chance of a slip (0.02)")
    person.add_argument("--form", default="logistic", choices=("logistic", "normal", "weibull"), help="(logistic)")
    person.add_argument("--answer", action="append", default=[], metavar="STIMULUS=yes|no", help="so far, in order")
    person.add_argument("--block", type=int, default=1, help="stimuli whose answers come together, 1 to 10 (1)")


def _answered(options: dict[str, object]) -> dict[str, object]:
    from analysis.planning.information import asking  # SciPy: only when somebody asks

    kind = str(options["kind"])
    if kind == "arms":
        typed = [asking.Typed.read(text) for text in cast("list[str]", options["arms"])]
        asked = {"target": str(options["target"]), "size": cast(int, options["size"])}
        return asking.of_arms(typed, **asked, left=cast(float, options["left"]))  # type: ignore[arg-type]  # by name
    if kind in ("bernoulli", "normal"):
        first, second = _numbers("prior", options["prior"], 2)
        prior = (first, second) if kind == "bernoulli" else (1.0, second)
        return asking.of_one_parameter(kind, cast(int, options["n"]), prior, cast(float, options["noise"]))
    if kind in ("linear", "logistic"):
        rows = tuple(_numbers("look", row) for row in cast("list[str]", options["look"]))
        sds = (cast(float, options[name]) for name in ("prior_sd", "noise", "at"))
        return asking.of_model(kind, asking.Looks(rows, *sds), seed=cast(int, options["seed"]))
    low, high, count = _numbers("stimuli", options["stimuli"], 3)
    least, most = _numbers("slope", options["slope"], 2)
    person = asking.Person(
        (low, high, int(count)),
        (least, most),
        cast(float, options["guess"]),
        cast(float, options["lapse"]),
        tuple(_answer(text) for text in cast("list[str]", options["answer"])),
        str(options["form"]),
    )
    return asking.of_person(person, block=cast(int, options["block"]))


def _numbers(name: str, text: object, count: int = 0) -> tuple[float, ...]:
    try:
        found = tuple(float(each) for each in str(text).split(","))
        if (count and len(found) != count) or not all(abs(each) < 1e12 for each in found):
            raise ValueError
    except ValueError:
        wanted = f"{count} numbers" if count else "numbers"
        raise ValueError(f"{name} must be {wanted} with commas between them, not {text!r}.") from None
    return found


def _answer(text: str) -> tuple[float, bool]:
    stimulus, _, said = text.partition("=")
    if said not in ("yes", "no"):
        raise ValueError(f"an answer is STIMULUS=yes or STIMULUS=no, such as 0.5=yes, not {text!r}.")
    return _numbers("the stimulus", stimulus, 1)[0], said == "yes"
