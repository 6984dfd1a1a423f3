"""What a contrast is of: means, ratios, quantiles, agreement, reliability, effect sizes, hazards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LATER = ("coefficient", "items", "turned", "seen")
"""Keys that came after the first plans were frozen."""


class EstimandKind(StrEnum):
    """What the contrast is of. A ratio is sum over sum, with a second measure below; a quantile names its p.

    agreement of raters, reliability of a scale and effect sizes name their coefficient.
    """

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    RATIO = "ratio"
    QUANTILE = "quantile"
    AGREEMENT = "agreement"
    RELIABILITY = "reliability"
    EFFECT_SIZE = "effect_size"
    HAZARD_RATIO = "hazard_ratio"


NAMED = {
    EstimandKind.AGREEMENT: (
        "cohen",
        "cohen_linear",
        "cohen_quadratic",
        "fleiss",
        "krippendorff_nominal",
        "krippendorff_ordinal",
        "krippendorff_interval",
        "krippendorff_ratio",
        "icc_1",
        "icc_agreement",
        "icc_consistency",
        "icc_1_mean",
        "icc_agreement_mean",
        "icc_consistency_mean",
    ),
    EstimandKind.RELIABILITY: ("alpha", "omega"),
    EstimandKind.EFFECT_SIZE: ("d", "g", "dz", "h", "cliffs_delta", "odds_ratio", "risk_ratio"),
}
"""Coefficients of those kinds that have several."""


@dataclass(frozen=True, slots=True)
class Estimand:
    """per: the measure below, of a ratio. p: of a quantile, in (0, 1). coefficient: of those kinds that have several.

    items: further measures: of agreement the other raters' (none: units rate the same stimuli), of reliability the
    scale's other items (none: the parts of the measure). turned: items whose high end says little. seen: of durations a
    measure that says whether the event came, or the time was cut short.
    """

    kind: EstimandKind = EstimandKind.ABSOLUTE
    per: str | None = None
    p: float | None = None
    coefficient: str | None = None
    items: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    seen: str | None = None


PLAIN = Estimand()
