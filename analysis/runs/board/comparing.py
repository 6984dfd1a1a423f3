"""Runs side by side: what differs between them, what each reached, which was best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.runs.board.parameters import MISSING, as_text, leaves, short_names, value_at
from analysis.runs.board.series import finite
from analysis.runs.measure import Goal
from analysis.runs.models import Run
from experiments.blueprint import json_object

LOWER_IS_BETTER = ("loss", "error", "brier", "ece", "calibration", "seconds", "memory")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the comparison. best: the places of the best values, none where nothing is better."""

    name: str
    values: tuple[str, ...]
    differs: bool
    best: frozenset[int] = frozenset()


def settings_of(runs: Sequence[Run]) -> list[Line]:
    """Every value of their settings; those that differ first."""
    paths = list(dict.fromkeys(path for run in runs for path, _ in leaves(run.setting)))
    names = short_names(paths)
    lines = []
    for path in paths:
        values = [value_at(run.setting, path) for run in runs]
        texts = tuple(as_text(value) for value in values)
        lines.append(Line(names[path], texts, len(set(texts)) > 1 or (MISSING in values and len(runs) > 1)))
    return sorted(lines, key=lambda line: not line.differs)


def figures_of(runs: Sequence[Run], goal: Goal) -> list[Line]:
    """What each measured last, split by split, with the best marked."""
    keys = sorted({(split, name) for run in runs for split, name in _keys(run)})
    lines = [
        _line(
            "goal" if not goal.name else f"goal: {goal.split} {goal.name}",
            [run.primary for run in runs],
            maximises=goal.maximises,
        )
    ]
    for split, name in keys:
        values = [_value(run, split, name) for run in runs]
        maximises = goal.maximises if name == goal.name else not any(word in name.lower() for word in LOWER_IS_BETTER)
        lines.append(_line(f"{split} {name}".strip(), values, maximises=maximises))
    seconds = _line("seconds", [run.seconds or None for run in runs], maximises=False)
    memory = _line(
        "memory, MiB", [float(run.peak_memory) if run.peak_memory else None for run in runs], maximises=False
    )
    return [*lines, seconds, memory]


def circumstances_of(runs: Sequence[Run]) -> list[Line]:
    """Fold, seed, attempts, and what differs between the workers they ran on."""
    plain = {
        "fold": [as_text(run.outer_fold) if run.outer_fold is not None else "–" for run in runs],  # noqa: RUF001 (a dash)
        "seed": [str(run.seed) for run in runs],
        "epochs": [f"{run.epoch} of {run.epochs}" for run in runs],
        "attempts": [str(run.attempt) for run in runs],
        "digest": [run.digest[:12] for run in runs],
    }
    lines = [Line(name, tuple(values), len(set(values)) > 1) for name, values in plain.items()]
    described = [json_object(run.environment.description) if run.environment else {} for run in runs]
    for name in ("python", "system", "machine", "processor", "cores", "memory_mib"):
        values = tuple(as_text(each.get(name, MISSING)) for each in described)
        lines.append(Line(name.replace("_mib", ", MiB"), values, len(set(values)) > 1))
    packages = [json_object(each.get("packages")) for each in described]
    for name in sorted({name for each in packages for name in each}):
        values = tuple(as_text(each.get(name, MISSING)) for each in packages)
        if len(set(values)) > 1:
            lines.append(Line(f"package {name}", values, differs=True))
    return lines


def _line(name: str, values: Sequence[float | None], *, maximises: bool) -> Line:
    known = [value for value in values if value is not None]
    end = (max(known) if maximises else min(known)) if known else None
    differs = len(set(values)) > 1
    best = (
        frozenset(place for place, value in enumerate(values) if value == end and value is not None)
        if differs
        else frozenset()
    )
    return Line(name, tuple("–" if value is None else f"{value:.4g}" for value in values), differs, best)  # noqa: RUF001 (a dash)


def _keys(run: Run) -> list[tuple[str, str]]:
    return [(split, name) for split, values in json_object(run.latest).items() for name in json_object(values)]


def _value(run: Run, split: str, name: str) -> float | None:
    return finite(json_object(json_object(run.latest).get(split)).get(name))
