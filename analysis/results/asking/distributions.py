"""How a measure is spread in each arm: counts in common bins, quantiles, shares of options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.results.asking.setting import Setting
from analysis.results.columns import Array, share_of, value_of
from analysis.statistics.moments import computable

MOST_BINS: Final = 60
FEW_VALUES: Final = 24
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one arm. counts: in each bin. quantiles: at QUANTILES; () without values. mean, sd: of units' values."""

    name: str
    n: int
    missing: int
    counts: tuple[int, ...]
    quantiles: tuple[float, ...]
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of a number. edges: one more than bins; values: what each bin stands for, where there are few values at all."""

    measure: str
    edges: tuple[float, ...]
    values: tuple[float, ...]
    arms: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of a choice. shares: of each option, of what the arm's units chose, each unit counting once."""

    measure: str
    options: tuple[str, ...]
    arms: tuple[tuple[str, int, tuple[float, ...]], ...]


def distribution(setting: Setting, measure: str) -> Distribution:
    """Of each unit's mean. Bins are the same in all arms, so that they can be laid over one another. NoAnswer for
    numbers that cannot be computed with.
    """
    found = setting.columns.column(value_of(measure))
    known = computable(found[~np.isnan(found)])
    distinct = np.unique(known)
    values = tuple(float(each) for each in distinct) if len(distinct) <= FEW_VALUES else ()
    edges = _around(distinct) if len(distinct) <= FEW_VALUES else _edges(known)
    arms = tuple(_spread(arm.name, found[setting.in_arms([arm.name])], edges) for arm in setting.arms.values())
    return Distribution(measure, tuple(float(each) for each in edges), values, arms)


def chosen(setting: Setting, measure: str) -> Chosen:
    """The mean over units of the share of each option in what a unit chose."""
    stem = share_of(measure, "")
    options = [name.removeprefix(stem) for name in setting.columns.names if name.startswith(stem)]
    arms = []
    for arm in setting.arms.values():
        mask = setting.in_arms([arm.name])
        shares = [setting.columns.column(share_of(measure, option))[mask] for option in options]
        counts = setting.columns.column(value_of(measure, "count"))[mask]
        n = int((counts > 0).sum())
        arms.append((arm.name, n, tuple(float(np.nansum(each)) / n if n else 0.0 for each in shares)))
    return Chosen(measure, tuple(options), tuple(arms))


def _around(distinct: Array) -> Array:
    """An edge between each two values, and one beyond each end."""
    if not len(distinct):
        return np.array([0.0, 1.0])
    between = (distinct[1:] + distinct[:-1]) / 2
    reach = (distinct[-1] - distinct[0]) / max(len(distinct) - 1, 1) / 2 or 0.5
    return np.concatenate([[distinct[0] - reach], between, [distinct[-1] + reach]])


def _edges(known: Array) -> Array:
    """Freedman and Diaconis (1981), MOST_BINS at most."""
    low, high = float(known.min()), float(known.max())
    quarter, three = np.quantile(known, [0.25, 0.75])
    width = 2 * float(three - quarter) / len(known) ** (1 / 3)
    bins = int(np.clip(np.ceil((high - low) / width), 5, MOST_BINS)) if width > 0 else MOST_BINS
    return np.linspace(low, high, bins + 1)


def _spread(name: str, own: Array, edges: Array) -> Spread:
    known = own[~np.isnan(own)]
    counts = tuple(int(each) for each in np.histogram(known, bins=edges)[0])
    quantiles: Sequence[float] = np.quantile(known, QUANTILES).tolist() if len(known) else []
    mean = float(known.mean()) if len(known) else None
    sd = float(known.std(ddof=1)) if len(known) > 1 else None
    return Spread(name, len(known), len(own) - len(known), counts, tuple(quantiles), mean, sd)
