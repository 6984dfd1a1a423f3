"""Layers: experiments that must not meet share a layer; each owns slots of it, and a unit has exactly one slot.

Slots are whole numbers, so two experiments are disjoint by construction, not by rounding. A unit's slots in different
layers, and its arms in any experiment, are independent of each other.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from bandits.policies.errors import PolicyError
from experiments.chance import Stream

SLOTS = 10_000


def slot_of(layer: str, unit: str, slots: int = SLOTS) -> int:
    """The unit's slot in the layer, each of 0 ... slots - 1 equally likely, the same for ever.

    >>> 0 <= slot_of("checkout", "u1") == slot_of("checkout", "u1") < 10_000
    True
    """
    return Stream(0, "layer", layer, unit).below(slots)


@dataclass(frozen=True)
class Claim:
    """The slots start ... stop - 1 belong to an experiment. One experiment may have several claims."""

    experiment: str
    start: int
    stop: int


@dataclass(frozen=True)
class Layer:
    """Who owns which slots. PolicyError if two claims overlap, or one is empty or leaves the layer.

    >>> layer = Layer("checkout").with_share("prices", 0.4).with_share("colours", 0.6)
    >>> [(claim.experiment, claim.start, claim.stop) for claim in layer.claims]
    [('prices', 0, 4000), ('colours', 4000, 10000)]
    >>> layer.owner_of("u1") in {"prices", "colours"}
    True
    """

    name: str
    claims: tuple[Claim, ...] = ()
    slots: int = SLOTS

    def __post_init__(self) -> None:
        for claim in self.claims:
            if not 0 <= claim.start < claim.stop <= self.slots:
                raise PolicyError.wrong(
                    f"layers.{self.name}.{claim.experiment}",
                    f"a part of the slots 0 to {self.slots}, with start < stop",
                    (claim.start, claim.stop),
                )
        for one, next_one in pairwise(self._in_order()):
            if one.stop > next_one.start:
                raise PolicyError(
                    f"layers.{self.name}",
                    f"{one.experiment} and {next_one.experiment} both claim slot {next_one.start} of {self.name}.",
                    "Give the later one slots that are free.",
                )

    def owner_of(self, unit: str) -> str | None:
        """The experiment that the unit may enter, None if its slot is free."""
        slot = slot_of(self.name, unit, self.slots)
        return next((claim.experiment for claim in self.claims if claim.start <= slot < claim.stop), None)

    def free(self) -> tuple[tuple[int, int], ...]:
        """The parts, as (start, stop), that nobody has claimed."""
        ends = [0, *(claim.stop for claim in self._in_order())]
        starts = [*(claim.start for claim in self._in_order()), self.slots]
        return tuple((end, start) for end, start in zip(ends, starts, strict=True) if end < start)

    def with_share(self, experiment: str, share: float) -> "Layer":
        """The layer with this share of all its slots given to the experiment, from the first free ones.

        Nobody else's slots move. PolicyError if fewer are free, or the share is less than one slot.
        """
        wanted = round(share * self.slots)
        free = sum(stop - start for start, stop in self.free())
        if not 1 <= wanted <= free:
            raise PolicyError.wrong(
                f"layers.{self.name}.{experiment}", f"from 1 to the {free} free slots", wanted, "Free slots first."
            )
        claims = []
        for start, stop in self.free():
            taken = min(stop - start, wanted)
            claims += [Claim(experiment, start, start + taken)] if taken else []
            wanted -= taken
        return replace(self, claims=(*self.claims, *claims))

    def _in_order(self) -> list[Claim]:
        return sorted(self.claims, key=lambda claim: claim.start)
