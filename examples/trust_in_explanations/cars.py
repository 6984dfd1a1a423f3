"""The cars: real data that ship in the PyPI wheel `vega-datasets`, cleaned, split and encoded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from vega_datasets import local_data

FACTS = ("weight", "power", "size", "cylinders", "acceleration", "year", "origin")
COLUMNS = ("Weight_in_lbs", "Horsepower", "Displacement", "Cylinders", "Acceleration")
ORIGINS = ("USA", "Europe", "Japan")
HELD_OUT_SHARE = 0.3
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cars:
    """n cars. facts: shape (n, 7) in the order of FACTS, origin as an index into ORIGINS; mpg: shape (n,)."""

    names: tuple[str, ...]
    facts: Floats
    mpg: Floats

    def __len__(self) -> int:
        return len(self.names)

    def rows(self, index: npt.NDArray[np.intp]) -> Cars:
        """Some of them."""
        return Cars(tuple(self.names[i] for i in index), self.facts[index], self.mpg[index])


def load_cars() -> Cars:
    """The 392 cars with known fuel economy and horsepower, in a fixed order."""
    rows = [row for row in json.loads(local_data.cars.raw()) if None not in row.values()]
    rows.sort(key=lambda row: (row["Name"], row["Year"], row["Weight_in_lbs"], row["Acceleration"]))
    facts = [
        [*(float(row[column]) for column in COLUMNS), float(row["Year"][:4]), float(ORIGINS.index(row["Origin"]))]
        for row in rows
    ]
    mpg = np.array([row["Miles_per_Gallon"] for row in rows], dtype=np.float64)
    return Cars(tuple(row["Name"] for row in rows), np.array(facts), mpg)


def split(cars: Cars, rng: np.random.Generator) -> tuple[Cars, Cars]:
    """Training and held-out cars. A name is never in both, since many cars return year after year."""
    names = sorted(set(cars.names))
    order = [names[i] for i in rng.permutation(len(names))]
    held_out = set(order[: round(HELD_OUT_SHARE * len(order))])
    is_held_out = np.array([name in held_out for name in cars.names])
    return cars.rows(np.flatnonzero(~is_held_out)), cars.rows(np.flatnonzero(is_held_out))


def encode(facts: Floats) -> Floats:
    """What the models see: the six numbers, and one column for each origin. Shape (n, 7) to (n, 9)."""
    origin = facts[:, [-1]] == np.arange(len(ORIGINS))
    return cast(Floats, np.hstack([facts[:, :-1], origin.astype(float)]))
