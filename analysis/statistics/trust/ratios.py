"""Do the arms hold as many units as planned, and if not, where does the mismatch sit?

Valid at every look. Where the plan changed while it ran, each period is tested against its own plan and the evidence is
multiplied. Slices are searched by e-values (e-BH), so that naming the worst of many is no false alarm. Lindon and Malek
(2022), arXiv 2011.03567; Fabijan et al. (2019), KDD (root causes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.multiplicity.e_values import e_bh
from analysis.statistics.sample_ratio import sample_ratio
from analysis.statistics.trust.findings import Finding, Row, Weight, parts, small, weighed
from analysis.statistics.trust.independence import LARGEST_LOG, p_of

METHOD = "sample-ratio"
TITLE = "Shares of the arms"
SHOWN = 8
LEAST = 30


@dataclass(frozen=True, slots=True)
class Counted:
    """counts: units of each arm, in the order of shares. shares: as planned, 0 for an arm that was not handed out."""

    counts: tuple[int, ...]
    shares: tuple[float, ...]

    @property
    def evidence(self) -> float:
        """log of the Bayes factor against the plan; 0 before anybody came or without a plan."""
        if not sum(self.counts) or sum(share > 0 for share in self.shares) < 1:
            return 0.0
        return sample_ratio(self.counts, self.shares).log_bayes_factor

    @property
    def n(self) -> int:
        """Units."""
        return sum(self.counts)


Slices = Mapping[str, Mapping[str, Sequence[Counted]]]
"""By dimension and value: the periods of that slice."""


def ratio(arms: Sequence[str], periods: Sequence[Counted], slices: Slices) -> Finding:
    """periods: everybody, by the plan in force when they came."""
    n = sum(period.n for period in periods)
    if not n:
        return Finding("ratio", Weight.UNKNOWN, TITLE, "Nobody has been given an arm yet.", method=METHOD)
    p = p_of(sum(period.evidence for period in periods))
    weight = weighed(p)
    rows = _arm_rows(arms, periods)
    if weight == Weight.FINE:
        said = f"The {n:,} units are shared out as planned ({small(p)}, valid at every look)."
        return Finding("ratio", weight, TITLE, said, "", p, METHOD, COLUMNS, rows)
    culprits = _culprits(slices)
    said = f"The arms do not hold the shares that were planned ({small(p)}, valid at every look)."
    advice = _advice(culprits)
    return Finding("ratio", weight, TITLE, said, advice, p, METHOD, COLUMNS, (*rows, *culprits))


COLUMNS = ("units", "planned", "found")


def _advice(culprits: Sequence[Row]) -> str:
    where = f"It sits in {culprits[0].name}: look there first. " if culprits else ""
    return (
        f"{where}Do not compare arms before the cause is known: a redirect that fails, an arm that loses people before "
        "they are counted, a filter that works on one arm only, or assignments made outside of Machina."
    )


def _arm_rows(arms: Sequence[str], periods: Sequence[Counted]) -> tuple[Row, ...]:
    n = sum(period.n for period in periods)
    rows = []
    for place, arm in enumerate(arms):
        count = sum(period.counts[place] for period in periods)
        planned = sum(period.n * period.shares[place] / sum(period.shares) for period in periods if sum(period.shares))
        rows.append(Row(arm, (f"{count:,}", parts(planned / n), parts(count / n))))
    return tuple(rows)


def _culprits(slices: Slices) -> tuple[Row, ...]:
    """The slices with evidence of their own, the strongest first; none if the mismatch is everywhere alike."""
    named = [
        (f"{dimension} “{value}”", sum(each.n for each in periods), sum(each.evidence for each in periods))
        for dimension, values in slices.items()
        if len(values) > 1
        for value, periods in values.items()
    ]
    named = [each for each in named if each[1] >= LEAST]
    if not named:
        return ()
    levels = e_bh(np.exp(np.clip([evidence for _, _, evidence in named], -LARGEST_LOG, LARGEST_LOG)))
    found = sorted(zip(levels, named, strict=True), key=lambda pair: (pair[0], -pair[1][2]))
    kept = [(name, n, evidence) for level, (name, n, evidence) in found if level <= 0.05]
    return tuple(Row(name, (f"{n:,}", "", small(p_of(evidence)))) for name, n, evidence in kept[:SHOWN])
