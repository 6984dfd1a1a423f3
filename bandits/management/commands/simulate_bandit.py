"""``manage.py simulate_bandit``: what would each policy lose in a world like mine?"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.core.management.base import BaseCommand, CommandError

from bandits.policies import ADAPTIVE, PolicyError
from bandits.policies.adaptive import AdaptivePolicy
from bandits.regret_chart import Curve, chart

if TYPE_CHECKING:
    from bandits.policies.simulation import Environment, Regrets

DEFAULT = "uniform,epsilon_greedy,ucb1,kl_moss,thompson_bernoulli,top_two_thompson"


class Command(BaseCommand):
    """Simulates policies in an environment and reports their regret, best first."""

    help = (
        "Simulate bandit policies: regret against the best arm, over many seeded runs. Example: simulate_bandit "
        "--means 0.6,0.5,0.4 --horizon 3000 --runs 500 --picture regret.svg"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The environment, the policies, and what to write."""
        parser.add_argument("--means", default="0.6,0.5,0.4", help="mean reward of each arm (0.6,0.5,0.4)")
        parser.add_argument("--rewards", choices=("bernoulli", "gaussian"), default="bernoulli")
        parser.add_argument("--deviation", type=float, default=0.5, help="of gaussian rewards (0.5)")
        parser.add_argument("--turn-every", type=int, default=0, help="the means change arms every so many rounds")
        parser.add_argument("--delay", type=int, default=0, help="a reward is known so many rounds later")
        parser.add_argument("--policies", default=DEFAULT, help=f"names, or name:{{JSON parameters}}; {DEFAULT}")
        parser.add_argument("--horizon", type=int, default=2000, help="rounds (2000)")
        parser.add_argument("--runs", type=int, default=200, help="independent runs (200)")
        parser.add_argument("--seed", type=int, default=18)
        parser.add_argument("--picture", metavar="FILE.svg", help="write the curves with their bands")
        parser.add_argument("--json", action="store_true", help="the results as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Simulate each policy in the same world."""
        environment = _environment(options)
        found: dict[str, Regrets] = {}
        for name, policy in _policies(str(options["policies"])).items():
            started = time.perf_counter()
            found[name] = _simulate(policy, environment, options)
            if options["verbosity"] != 0 and not options["json"]:
                self.stderr.write(f"{name}: {time.perf_counter() - started:.1f} s")
        if options["picture"]:
            title = f"Regret, {environment.kind} arms {options['means']}"
            Path(str(options["picture"])).write_text(chart(title, {n: _curve(r) for n, r in found.items()}))
        best = environment.means.index(max(environment.means))
        self.stdout.write(_as_json(found, options, best) if options["json"] else _table(found, best))


def _environment(options: Mapping[str, object]) -> "Environment":
    from bandits.policies.simulation import Environment  # numpy: only when somebody simulates

    try:
        means = tuple(float(text) for text in str(options["means"]).split(","))
    except ValueError as error:
        raise CommandError(
            f"--means takes numbers with commas between, such as 0.6,0.5, not {options['means']!r}."
        ) from error
    kind = str(options["rewards"])
    if len(means) < 2 or (kind == "bernoulli" and not all(0 <= mean <= 1 for mean in means)):
        raise CommandError("--means takes two or more numbers, between 0 and 1 for bernoulli rewards.")
    counts = {name: _at_least(options, name, 0) for name in ("turn_every", "delay")}
    _at_least(options, "horizon", 1)
    _at_least(options, "runs", 2)
    return Environment(means, kind, cast(float, options["deviation"]), counts["turn_every"], counts["delay"])


def _at_least(options: Mapping[str, object], name: str, least: int) -> int:
    value = cast(int, options[name])
    if value < least:
        raise CommandError(f"--{name.replace('_', '-')} must be {least} or more, not {value}.")
    return value


def _policies(text: str) -> dict[str, AdaptivePolicy]:
    return {name: _policy(name) for name in _split(text)}


def _split(text: str) -> list[str]:
    """Names with commas between; commas inside braces belong to the JSON."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _policy(text: str) -> AdaptivePolicy:
    name, _, parameters = text.partition(":")
    if name not in ADAPTIVE:
        raise CommandError(f"There is no adaptive policy “{name}”. Known: {', '.join(sorted(ADAPTIVE))}.")
    try:
        return ADAPTIVE[name].parse(json.loads(parameters or "{}"))
    except PolicyError as error:
        raise CommandError(str(error)) from error
    except (ValueError, AttributeError) as error:
        raise CommandError(f"{text}: the parameters are not a JSON object.") from error


def _simulate(policy: AdaptivePolicy, environment: "Environment", options: Mapping[str, object]) -> "Regrets":
    import numpy as np  # only when somebody simulates

    from bandits.policies.simulation import simulate

    rng = np.random.default_rng(cast(int, options["seed"]))
    try:
        return simulate(
            policy, environment, horizon=cast(int, options["horizon"]), runs=cast(int, options["runs"]), rng=rng
        )
    except (ValueError, KeyError) as error:
        raise CommandError(f"{policy.name} cannot be simulated here: {error}") from error


def _curve(regrets: "Regrets") -> Curve:
    low, high = regrets.band(0.1), regrets.band(0.9)
    return Curve(regrets.times.tolist(), regrets.lost.mean(axis=0).tolist(), low.tolist(), high.tolist())


def _table(found: Mapping[str, "Regrets"], best: int) -> str:
    width = max(map(len, found))
    rows = [f"{'policy':<{width}}  {'regret':>9}  {'± s.e.':>7}  {'10 % … 90 %':>17}  wrong arm ahead"]
    for name, regrets in sorted(found.items(), key=lambda pair: pair[1].mean):
        band = f"{regrets.band(0.1)[-1]:7.1f} … {regrets.band(0.9)[-1]:7.1f}"
        wrong = 100 * _wrong(regrets, best)
        rows.append(f"{name:<{width}}  {regrets.mean:9.1f}  {regrets.standard_error:7.1f}  {band}  {wrong:10.1f} %")
    return "\n".join(rows)


def _wrong(regrets: "Regrets", best: int) -> float:
    """The share of runs that end with another arm ahead than the one with the best mean."""
    return float((regrets.favourite != best).mean())


def _as_json(found: Mapping[str, "Regrets"], options: Mapping[str, object], best: int) -> str:
    policies: dict[str, Sequence[object] | object] = {
        name: {
            "regret": regrets.mean,
            "standard_error": regrets.standard_error,
            "times": regrets.times.tolist(),
            "mean": regrets.lost.mean(axis=0).tolist(),
            "low": regrets.band(0.1).tolist(),
            "high": regrets.band(0.9).tolist(),
            "wrong_arm_ahead": _wrong(regrets, best),
        }
        for name, regrets in found.items()
    }
    return json.dumps({"seed": options["seed"], "runs": options["runs"], "policies": policies}, indent=2)
