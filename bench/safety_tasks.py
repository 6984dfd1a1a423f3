"""What `bench.safety` measures on: data drawn from a seed, laid into folders that both sides read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PARITY = "abs((PR | [M]) - (PR | [F])) <= 0.1"
IMPACT = "min((PR | [M])/(PR | [F]), (PR | [F])/(PR | [M])) >= 0.8"
ODDS = "abs((FNR | [M]) - (FNR | [F])) + abs((FPR | [M]) - (FPR | [F])) <= 0.2"
GAP = "abs((Mean_Squared_Error | [M]) - (Mean_Squared_Error | [F])) <= 0.2"


@dataclass(frozen=True)
class Task:
    """iterations: of gradient descent, the same ones on both sides. long: for the comparison with SQP; 0: none."""

    name: str
    rows: int
    features: int
    constraints: tuple[str, ...]
    iterations: int
    long: int = 0
    regression: bool = False

    @property
    def folder(self) -> str:
        """Its name as a file's."""
        return self.name.replace(" ", "_").replace(",", "")


TASKS = (
    Task("1,000 x 57, parity", 1_000, 57, (PARITY,), 500, 1_500),
    Task("1,000 x 57, odds", 1_000, 57, (ODDS,), 500, 1_500),
    Task("10,000 x 50, parity", 10_000, 50, (PARITY,), 200, 1_000),
    Task("10,000 x 50, impact", 10_000, 50, (IMPACT,), 200, 1_000),
    Task("10,000 x 50, odds", 10_000, 50, (ODDS,), 200, 1_000),
    Task("10,000 x 50, all three", 10_000, 50, (PARITY, IMPACT, ODDS), 100, 1_000),
    Task("100,000 x 50, parity", 100_000, 50, (PARITY,), 100),
    Task("100,000 x 50, odds", 100_000, 50, (ODDS,), 100),
    Task("100,000 x 50, all three", 100_000, 50, (PARITY, IMPACT, ODDS), 60),
    Task("43,303 x 9, errors alike", 43_303, 9, (GAP,), 200, regression=True),
)
ALONE = (
    Task("1,000,000 x 50, parity", 1_000_000, 50, (PARITY,), 20),
    Task("1,000,000 x 50, all three", 1_000_000, 50, (PARITY, IMPACT, ODDS), 20),
)


def many(count: int) -> Task:
    """As many constraints as are asked for, all different."""
    kinds = (PARITY, ODDS, IMPACT, "FPR <= 0.9", "(TPR | [M]) >= 0.1", "abs((ACC | [M]) - (ACC | [F])) <= 0.2")
    texts = tuple(f"{kinds[number % len(kinds)]}{number // len(kinds)}" for number in range(count))
    return Task(f"100,000 x 50, {count} constraints", 100_000, 50, texts, 20)


def drawn(task: Task) -> dict[str, Array]:
    """x (n, d), y (n,), s (n, 2) of men and women, start (d + 1,) a few steps of descent from 0; from one seed."""
    rng = np.random.default_rng(18)
    x = rng.standard_normal((task.rows, task.features))
    men = rng.random(task.rows) < 0.55
    truth = rng.standard_normal(task.features) / np.sqrt(task.features)
    truth[0] = 0.6
    x[:, 0] += 0.8 * men  # what the model may learn the group from
    scores = x @ truth + 0.5 * men - 0.4
    if task.regression:
        y = np.clip(2.0 + 0.5 * scores + rng.standard_normal(task.rows) * np.where(men, 0.9, 0.7), 0.0, 4.0)
    else:
        y = (rng.random(task.rows) < 1.0 / (1.0 + np.exp(-1.5 * scores))).astype(float)
    return {"x": x, "y": y, "s": np.column_stack([men, ~men]).astype(float), "start": _start(x, y, task)}


def lay(task: Task, folder: Path) -> Path:
    """Where both sides find it; made once."""
    place = folder / task.folder
    if not (place / "task.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        np.savez(place / "data.npz", **drawn(task))  # type: ignore[arg-type]  # numpy's stub takes the names for options
        (place / "task.json").write_text(json.dumps(asdict(task)))
    return place


def _start(x: Array, y: Array, task: Task) -> Array:
    """Of the candidate's rows alone: least squares, or as many steps of descent as come near a fit."""
    first = round(len(y) * 0.4)
    x, y = x[:first], y[:first]
    if task.regression:
        return np.asarray(np.linalg.lstsq(np.column_stack([np.ones(first), x]), y, rcond=None)[0], dtype=float)
    theta = np.zeros(task.features + 1)
    for _ in range(60):
        away = 1.0 / (1.0 + np.exp(-(theta[0] + x @ theta[1:]))) - y
        theta -= 2.0 * np.concatenate([[away.mean()], away @ x / first])
    return theta
