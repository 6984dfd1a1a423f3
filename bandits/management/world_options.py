"""The options of ``simulate_bandit``, and the world that they describe."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.core.management.base import CommandError

if TYPE_CHECKING:
    from bandits.policies.simulation import Delay, Drift, World
    from bandits.policies.simulation.logs import Log

Options = Mapping[str, object]
DRIFTS = ("turn_every", "change_every", "walk", "sine")
MEANS = "0.6,0.5,0.4"
WHY_IDLE = {
    "contexts": "There rewards come from features: “linear” around 0 with --deviation, “logistic” yes or no.",
    "log": "The arms and their rewards are those of the log.",
}
OF_ARMS = ("rewards", "means", "arms", *DRIFTS)  # options that describe arms which are the same for everybody


def add_world(parser: ArgumentParser) -> None:
    """The world, in groups that --help shows."""
    arms = parser.add_argument_group("arms that are the same for everybody")
    arms.add_argument("--means", default=MEANS, help="mean reward of each arm (0.6,0.5,0.4)")
    arms.add_argument("--arms", default="", metavar="NAMES", help="their names (a,b,c,…)")
    arms.add_argument("--rewards", choices=("bernoulli", "gaussian", "poisson"), help="kind of rewards (bernoulli)")
    arms.add_argument("--deviation", type=float, default=0.5, help="of gaussian rewards (0.5)")
    arms.add_argument("--costs", default="", help="of a pull of each arm, with a --budget")
    arms.add_argument("--budget", type=float, help="of a whole run; when it is spent, nothing more is earned")
    drift = parser.add_argument_group("arms that change (at most one of these)")
    drift.add_argument("--turn-every", type=int, metavar="N", help="each arm takes the next one's mean every N rounds")
    drift.add_argument(
        "--change-every", type=float, metavar="N", help="means are dealt anew, every N rounds on average"
    )
    drift.add_argument("--walk", type=float, metavar="STEP", help="means walk at random, STEP per round")
    drift.add_argument("--sine", metavar="PERIOD,SWING", help="means go up and down by SWING within PERIOD rounds")
    late = parser.add_argument_group("rewards that come late, or never")
    late.add_argument("--delay", type=int, default=0, metavar="N", help="a reward is known N rounds later")
    late.add_argument(
        "--delay-kind",
        choices=("fixed", "batch", "geometric"),
        default="fixed",
        help="after N rounds; when N rounds are full; at random, N rounds on average",
    )
    late.add_argument("--missing", type=float, default=0.0, metavar="SHARE", help="of rewards that never come")
    _add_contexts(parser)
    _add_log(parser)


def _add_contexts(parser: ArgumentParser) -> None:
    contexts = parser.add_argument_group("units that differ: the best arm depends on their features")
    contexts.add_argument("--contexts", choices=("linear", "logistic"), help="how rewards depend on features")
    contexts.add_argument("--count", type=int, default=5, help="number of arms (5)")
    contexts.add_argument("--dimension", type=int, default=5, help="number of features, a constant 1 among them (5)")
    contexts.add_argument("--arm-features", action="store_true", help="each arm has features, and all share one model")
    contexts.add_argument("--strength", type=float, default=1.0, help="how much features matter (1)")


def _add_log(parser: ArgumentParser) -> None:
    log = parser.add_argument_group("a log of what happened, as CSV with a header")
    log.add_argument("--log", metavar="FILE.csv", help="the log")
    log.add_argument(
        "--method",
        choices=("replay", "resample"),
        default="replay",
        help="replay: rows count where policy and log agree; resample: rewards are drawn from those of the arm",
    )
    log.add_argument("--arm-column", default="arm")
    log.add_argument("--reward-column", default="reward")
    log.add_argument("--propensity-column", default="", help="chance of the logged arm; left out: all had the same")
    log.add_argument("--feature-columns", default="", help="features of the unit, for contextual policies")


def world_of(options: Options) -> World | Log:
    """What the options describe. CommandError with a sentence if it is no world."""
    from bandits.policies.simulation import ContextWorld  # numpy: only when somebody simulates

    _refuse_idle(options)
    try:
        if options["log"]:
            return _log(options)
        if options["contexts"]:
            shape = (cast(int, options["count"]), cast(int, options["dimension"]), str(options["contexts"]))
            strength = cast(float, options["strength"])
            deviation, shared = cast(float, options["deviation"]), bool(options["arm_features"])
            return ContextWorld(*shape, deviation, shared, strength, _delay(options))
        return _arms(options)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _refuse_idle(options: Options) -> None:
    """CommandError for an option that would say nothing here."""
    other = next((name for name in ("log", "contexts") if options[name]), "")
    idle = {"log": (*OF_ARMS, "contexts"), "contexts": (*OF_ARMS, "costs", "budget")}.get(other, ())
    given = [name for name in idle if options[name] not in (None, "", MEANS)]
    if given:
        named = ", ".join("--" + name.replace("_", "-") for name in given)
        raise CommandError(f"{named}: not with --{other}. {WHY_IDLE[other]}")


def kind_of(options: Options) -> str:
    """Of the rewards of arms that are the same for everybody."""
    return str(options["rewards"] or "bernoulli")


def _arms(options: Options) -> World:
    from bandits.policies.simulation import Environment

    budget = cast("float | None", options["budget"])
    costs = numbers(options, "costs")
    if (budget is None) != (not costs):
        raise CommandError("--costs and --budget go together.")
    return Environment(
        means=numbers(options, "means"),
        kind=kind_of(options),
        deviation=at_least(options, "deviation", 0),
        drift=_drift(options),
        delay=_delay(options),
        costs=costs,
        budget=float("inf") if budget is None else at_least(options, "budget", 0),
        arms=names(options, "arms"),
    )


def _drift(options: Options) -> Drift:
    from bandits.policies.simulation import ChangePoints, Sine, Steady, Turning, Walk

    given = [name for name in DRIFTS if options[name] is not None]
    if len(given) > 1:
        raise CommandError(f"Arms change in one way: {' or '.join('--' + name.replace('_', '-') for name in given)}.")
    if not given:
        return Steady()
    if given == ["sine"]:
        parts = numbers(options, "sine")
        if len(parts) != 2 or parts[0] <= 0:
            raise CommandError("--sine takes a period above 0 and a swing, such as 500,0.2.")
        return Sine(*parts)
    if given == ["walk"]:
        return Walk(at_least(options, "walk", 0))
    every = at_least(options, given[0], 1)
    return Turning(int(every)) if given == ["turn_every"] else ChangePoints(every)


def _delay(options: Options) -> Delay:
    from bandits.policies.simulation import Delay

    missing = cast(float, options["missing"])
    if not 0 <= missing < 1:
        raise CommandError(f"--missing is a share from 0 to below 1, not {missing:g}.")
    return Delay(int(at_least(options, "delay", 0)), str(options["delay_kind"]), missing)


def _log(options: Options) -> World | Log:
    from bandits.policies.simulation.logs import Columns, LogError, LogWorld, read_log

    columns = Columns(
        str(options["arm_column"]),
        str(options["reward_column"]),
        str(options["propensity_column"]),
        names(options, "feature_columns"),
    )
    path = Path(str(options["log"]))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            log = read_log(lines, columns)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (LogError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error
    if options["method"] == "replay":
        if options["delay"] or options["missing"] or options["budget"] is not None:
            raise CommandError("A replay knows each reward at once and no budget. Use --method resample for them.")
        return log
    if columns.features:
        raise CommandError("Resampled rewards have no features: of the other arms nothing is known. Use replay.")
    budget = cast("float | None", options["budget"])
    return LogWorld(log, _delay(options), numbers(options, "costs"), float("inf") if budget is None else budget)


def numbers(options: Options, name: str) -> tuple[float, ...]:
    """Numbers with commas between."""
    text = str(options[name] or "")
    try:
        return tuple(float(part) for part in text.split(",")) if text else ()
    except ValueError as error:
        raise CommandError(f"--{name} takes numbers with commas between, such as 0.6,0.5, not {text!r}.") from error


def names(options: Options, name: str) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(part.strip() for part in str(options[name]).split(",") if part.strip())


def at_least(options: Options, name: str, least: float) -> float:
    """A number of that size or more."""
    value = cast(float, options[name])
    if not value >= least:
        raise CommandError(f"--{name.replace('_', '-')} must be {least:g} or more, not {value:g}.")
    return value
