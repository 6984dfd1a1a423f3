"""A difference within strata, put together by the strata's shares: post-stratification.

Cochran (1977), Sampling Techniques, ch. 5A; Miratrix, Sekhon and Yu (2013), JRSS B 75.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from analysis.statistics.estimates.arms import Arm, contrast
from analysis.statistics.estimates.means import arm_of
from analysis.statistics.moments import Moments, together
from analysis.statistics.words import Estimate, NoAnswer

Strata = Mapping[str, tuple[Moments, Moments]]
LEAST = 2  # units that each arm must have in a stratum


def post_stratified(strata: Strata, *, level: float = 0.05, relative: bool = False) -> Estimate:
    """Treatment minus control, each stratum weighed by its share of all units.

    strata: by name (control, treatment). Strata with fewer than two units in an arm are put together into one; if that
    is still too thin it is left out, and said so. NoAnswer if nothing is left.
    """
    whole, thin = {}, []
    for name, arms in strata.items():
        if min(arm.n for arm in arms) >= LEAST:
            whole[name] = arms
        else:
            thin.append(arms)
    remarks: tuple[str, ...] = ()
    if thin:
        merged = together([arms[0] for arms in thin]), together([arms[1] for arms in thin])
        if min(arm.n for arm in merged) >= LEAST:
            whole["(others)"] = merged
            remarks = (f"{len(thin)} strata with fewer than two units in an arm were put together.",)
        else:
            lost = sum(arm.n for arm in merged)
            remarks = (f"{lost} units of strata in which an arm has fewer than two units were left out.",)
    if not whole:
        raise NoAnswer("In no stratum do both arms have two units or more: there is nothing to compare.")
    control, treatment = (_weighed(whole, place) for place in (0, 1))
    return contrast(control, treatment, level=level, relative=relative, method="post-stratified").remarked(*remarks)


def _weighed(strata: Strata, place: int) -> Arm:
    n = sum(arm.n for arms in strata.values() for arm in arms)
    shares = [sum(arm.n for arm in arms) / n for arms in strata.values()]
    arms = [arm_of(arms[place]) for arms in strata.values()]
    units = sum(arm.n for arm in arms)
    squared = fsum(share**2 * arm.squared_error for share, arm in zip(shares, arms, strict=True))
    return Arm(units, fsum(share * arm.value for share, arm in zip(shares, arms, strict=True)), squared * units)
