"""``manage.py simulate_bandit``: what would each policy lose in a world like mine?"""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.core.management.base import BaseCommand, CommandError

from bandits.management.world_options import Options, add_world, at_least, kind_of, numbers, world_of
from bandits.policies import PolicyError
from bandits.regret_pictures import as_png, as_svg

if TYPE_CHECKING:
    from bandits.policies.adaptive import AdaptivePolicy
    from bandits.policies.simulation import Regrets, World
    from bandits.policies.simulation.logs import Log
    from bandits.simulating import Trial

PLAIN = "uniform,epsilon_greedy,ucb1,kl_moss,thompson_bernoulli,top_two_thompson"
OTHER = {
    "gaussian": "uniform,epsilon_greedy,ucb1,thompson_gaussian",
    "poisson": "uniform,epsilon_greedy,ucb1,thompson_poisson",
    "linear": "uniform,thompson_gaussian,linucb,linear_thompson,square_cb",
    "logistic": "uniform,thompson_bernoulli,linucb,logistic_thompson,square_cb",
    "budget": "uniform,thompson_bernoulli,kl_moss,knapsack",
}


class Command(BaseCommand):
    """Simulates policies in a world and reports their regret, best first."""

    help = (
        "Simulate bandit policies: regret against the best arm, over many seeded runs. Example: simulate_bandit "
        "--means 0.6,0.5,0.4 --horizon 3000 --runs 500 --picture regret.svg. Worlds, with pictures: "
        "docs/simulate-bandit.md"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The world, the policies, and what to write."""
        parser.add_argument(
            "--policies",
            default="",
            help=f"names, or name:{{JSON parameters}}; left out: what suits the world ({PLAIN})",
        )
        parser.add_argument("--horizon", type=int, default=2000, help="rounds (2000)")
        parser.add_argument("--runs", type=int, default=200, help="independent runs (200)")
        parser.add_argument("--seed", type=int, default=18, help="the same seed: the same worlds and numbers (18)")
        parser.add_argument(
            "--band", default="0.1,0.9", help="quantiles over the runs that bands lie between (0.1,0.9)"
        )
        parser.add_argument("--picture", metavar="FILE", help="write the curves with their bands, as .svg or .png")
        parser.add_argument("--json", action="store_true", help="the results as JSON")
        add_world(parser)

    def handle(self, *_arguments: object, **options: object) -> None:
        """Simulate each policy in the same world."""
        from bandits.simulating import as_json, as_table, rows_of  # numpy: only when somebody simulates

        trial, picture = _trial(options), _picture(options)
        world = world_of(options)
        policies = _policies(options, world, trial.horizon)
        found: dict[str, Regrets] = {}
        for name, policy in policies.items():
            started = time.perf_counter()
            found[name] = _tried(policy, world, trial)
            self._say(options, name, found[name], time.perf_counter() - started)
        if picture:
            _draw(picture, _title(options), found, trial)
        self.stdout.write(as_json(found, trial) if options["json"] else as_table(rows_of(found, trial), trial))

    def _say(self, options: Options, name: str, regrets: Regrets, seconds: float) -> None:
        if options["verbosity"] == 0 or options["json"]:
            return
        rounds = int(regrets.times[-1])
        note = f", {rounds:,} rounds met the log" if options["log"] and rounds < cast(int, options["horizon"]) else ""
        rate = regrets.runs * rounds / max(seconds, 1e-9)
        self.stderr.write(f"{name}: {seconds:.1f} s, {rate / 1e6:.2f} million rounds a second{note}")


def _trial(options: Options) -> Trial:
    from bandits.simulating import Trial

    band = numbers(options, "band")
    if len(band) != 2 or not 0 <= band[0] < band[1] <= 1:
        raise CommandError("--band takes two quantiles, the lower first, such as 0.1,0.9.")
    horizon, runs = int(at_least(options, "horizon", 1)), int(at_least(options, "runs", 2))
    return Trial(horizon, runs, int(at_least(options, "seed", 0)), (band[0], band[1]))


def _picture(options: Options) -> Path | None:
    """Where to write it; asked before the work is done."""
    if not options["picture"]:
        return None
    path = Path(str(options["picture"]))
    if path.suffix not in (".svg", ".png"):
        raise CommandError(f"--picture is a file that ends in .svg or .png, not {path.name}.")
    if not path.absolute().parent.is_dir():
        raise CommandError(f"--picture: there is no folder {path.parent}.")
    return path


def _draw(path: Path, title: str, found: Mapping[str, Regrets], trial: Trial) -> None:
    from bandits.simulating import drawing

    shapes = drawing(title, found, trial)
    if path.suffix == ".png":
        path.write_bytes(as_png(shapes))
    else:
        path.write_text(as_svg(shapes, title), encoding="utf-8")


def _title(options: Options) -> str:
    if options["log"]:
        how = "replayed on" if options["method"] == "replay" else "resampled from"
        return f"Regret, {how} {Path(str(options['log'])).name}"
    if options["contexts"]:
        return f"Regret, {options['count']} arms, {options['dimension']} features, {options['contexts']} rewards"
    return f"Regret, {kind_of(options)} arms {options['means']}"


def _policies(options: Options, world: World | Log, horizon: int) -> dict[str, AdaptivePolicy]:
    suits = OTHER.get(str(options["contexts"])) or OTHER.get("budget" if options["budget"] is not None else "")
    default = suits or OTHER.get(kind_of(options), PLAIN)
    return {text: _policy(text, world, horizon) for text in split(str(options["policies"]) or default)}


def split(text: str) -> list[str]:
    """Names with commas between; commas inside braces belong to the JSON."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _policy(text: str, world: World | Log, horizon: int) -> AdaptivePolicy:
    from bandits.simulating import fitted

    name, _, given = text.partition(":")
    try:
        parameters = json.loads(given or "{}")
    except ValueError as error:
        raise CommandError(f"{text}: the parameters are not a JSON object.") from error
    if not isinstance(parameters, dict):
        raise CommandError(f"{text}: the parameters are not a JSON object.")
    try:
        return fitted(name, parameters, world, horizon)
    except PolicyError as error:
        raise CommandError(str(error)) from error


def _tried(policy: AdaptivePolicy, world: World | Log, trial: Trial) -> Regrets:
    from bandits.simulating import tried

    try:
        return tried(policy, world, trial)
    except ValueError as error:
        raise CommandError(f"{policy.name} cannot be simulated here: {error}") from error
