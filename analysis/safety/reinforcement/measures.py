"""What a constraint on a policy may speak of: expected returns, as they would be and as they were.

With a subscript [k] of the k-th alternate reward, from 1; without one of the primary reward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """By what a record is weighed."""

    NONE = "none"
    EPISODE = "episode"
    """The whole episode's ratio of chances: importance sampling."""
    STEP = "step"
    """At every step the ratio so far: per-decision importance sampling."""
    INSIDE = "inside"
    """1 where the new policy could have done all that was done, else left out."""


@dataclass(frozen=True, slots=True)
class ReturnMeasure:
    """An expected return. meaning: in a sentence.

    clipped: ratios count at most so much, and the bound stays one (the estimate leans to the safe side of it).
    normalised: the estimate divides by the sum of the weights; the bound does not, as terms would depend on another.
    gain: less what was earned as recorded, bounded as one quantity.
    """

    name: str
    meaning: str
    weight: Weight
    clipped: bool = False
    normalised: bool = False
    gain: bool = False


_ALL = (
    ReturnMeasure("J_pi_new_IS", "The new policy's expected return, by importance sampling.", Weight.EPISODE),
    ReturnMeasure("J_pi_new_PDIS", "The same, by per-decision importance sampling.", Weight.STEP),
    ReturnMeasure("J_pi_new_WIS", "The same, by weighted importance sampling.", Weight.EPISODE, normalised=True),
    ReturnMeasure("J_pi_new_clipped_IS", "As IS, with ratios cut at the clip.", Weight.EPISODE, clipped=True),
    ReturnMeasure("J_pi_new_clipped_PDIS", "As PDIS, with ratios cut at the clip.", Weight.STEP, clipped=True),
    ReturnMeasure(
        "J_pi_new_clipped_WIS", "As WIS, with ratios cut at the clip.", Weight.EPISODE, clipped=True, normalised=True
    ),
    ReturnMeasure("J_pi_new_US", "The mean return of the episodes that lie in the new policy's box.", Weight.INSIDE),
    ReturnMeasure("J_pi_b", "The expected return of the policy that played.", Weight.NONE),
    ReturnMeasure("J_gain_IS", "New less old expected return, by importance sampling.", Weight.EPISODE, gain=True),
    ReturnMeasure("J_gain_PDIS", "The same, by per-decision importance sampling.", Weight.STEP, gain=True),
    ReturnMeasure(
        "J_gain_clipped_IS", "As J_gain_IS, with ratios cut at the clip.", Weight.EPISODE, clipped=True, gain=True
    ),
    ReturnMeasure(
        "J_gain_clipped_PDIS", "As J_gain_PDIS, with ratios cut at the clip.", Weight.STEP, clipped=True, gain=True
    ),
)

RETURNS: Mapping[str, ReturnMeasure] = {measure.name: measure for measure in _ALL}
