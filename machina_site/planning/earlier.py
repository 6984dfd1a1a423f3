"""What an earlier version or study says of the same arms, counted for less by a stated share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from analysis.planning.next_step import Sums
from analysis.planning.priors import EarlierMean, conflict_of_mean, of_means
from analysis.statistics.words import NoAnswer
from experiments.models import Experiment
from machina_site.planning.reading import known_of
from machina_site.planning.standing import sums_of

if TYPE_CHECKING:
    from analysis.planning.wanted import Wanted
    from machina_site.planning.reading import Known

SURPRISING = 0.01


@dataclass(frozen=True, slots=True)
class Earlier:
    """slug, share: as stated. worth: new people that it counts for. effect, sd: of the last arm against the control.

    policy: the entry for ``information_gain``; empty unless yes or no. conflicts: sentences about arms whose present
    people do not look like the earlier ones.
    """

    slug: str
    share: float
    worth: float
    effect: float
    sd: float
    policy: dict[str, list[float]]
    conflicts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For people."""
        return (
            f"“{self.slug}” at a share of {self.share:g} is worth {self.worth:,.0f} new people and speaks of an effect "
            f"of {self.effect:.4g} ± {self.sd:.3g}."
        )


def earlier_of(known: Known, earlier: Experiment, share: float, present: Sequence[Sums] = ()) -> Earlier:
    """present: the arms so far, held against the earlier ones.

    NoAnswer if nobody can be compared there, ValueError for a share outside (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share of earlier people must be above 0 and at most 1, not {share:g}.")
    before = known_of(earlier, with_data=True)
    if before.facts.measure != known.facts.measure:
        raise NoAnswer(f"“{earlier.slug}” decides by “{before.facts.measure}”, not by “{known.facts.measure}”.")
    shared = tuple(name for name in known.facts.arms if name in before.facts.arms)
    sums = {one.name: one for one in sums_of(earlier, replace(before, facts=replace(before.facts, arms=shared)))}
    control, last = known.facts.arms[known.facts.control], _last(known)
    if any(name not in sums or sums[name].n < 2 or not sums[name].sd for name in (control, last)):
        raise NoAnswer(f"“{earlier.slug}” has nobody to compare under “{control}” and under “{last}”.")
    (low, low_sd), (high, high_sd) = (of_means([_mean(sums[name], share)]) for name in (control, last))
    policy = {one.name: [round(one.n * one.mean, 6), float(one.n)] for one in sums.values()}
    return Earlier(
        earlier.slug,
        share,
        share * sum(one.n for one in sums.values()),
        known.facts.sign * (high - low),
        (low_sd**2 + high_sd**2) ** 0.5,
        policy if known.facts.kind == "yes_no" else {},
        tuple(_conflicts(sums, present, share)),
    )


def _conflicts(before: Mapping[str, Sums], now: Sequence[Sums], share: float) -> Iterator[str]:
    """About arms whose present people would surprise who believed the earlier ones."""
    for one in now:
        then = before.get(one.name)
        if then is None or min(then.n, one.n) < 2 or not then.sd or not one.sd:
            continue
        p = conflict_of_mean(of_means([_mean(then, share)]), one.mean, one.sd / sqrt(one.n))
        if p < SURPRISING:
            yield f"“{one.name}” now looks unlike then (p = {p:.2g}): count less of it, or nothing."


def believed(wanted: Wanted, found: Earlier) -> Wanted:
    """The plan with that belief; an effect the wrong way leaves the wanted one."""
    effect = found.effect if found.effect > 0 else wanted.effect
    return replace(wanted, effect=effect, believed_sd=found.sd)


def _mean(one: Sums, share: float) -> EarlierMean:
    return EarlierMean(one.mean, one.sd, one.n, share)


def _last(known: Known) -> str:
    return [name for place, name in enumerate(known.facts.arms) if place != known.facts.control][-1]
