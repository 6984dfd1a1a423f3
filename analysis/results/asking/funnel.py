"""How far units got, stage by stage: what rooms above know comes first, then what was counted here."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.results.asking.analysis import Analysis
from analysis.results.passages import Stage


def funnel(analysis: Analysis, passed: Sequence[Stage]) -> tuple[Stage, ...]:
    """passed: of the rooms above, the earliest first."""
    assigned, measured = ({arm.name: getattr(arm, kind) for arm in analysis.arms} for kind in ("assigned", "measured"))
    counted = [
        Stage("Given an arm", analysis.n_units, assigned),
        Stage("Measured", sum(measured.values()), measured),
        *(each for each in passed if each.by_arm),
    ]
    if analysis.left_out:
        kept = {arm.name: arm.kept for arm in analysis.arms}
        counted.append(Stage("Kept by the plan", sum(kept.values()), kept))
    return (*(each for each in passed if not each.by_arm), *counted)
