"""Who comes: how many of each kind, settled by the seed alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from experiments.chance import Stream


class Trait(StrEnum):
    """What makes a participant hard to serve."""

    SLOW = "slow"
    IMPATIENT = "impatient"
    DOUBLING = "doubling"
    NETWORK_LOSING = "network-losing"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people, and which share of them has each trait. drop_out: the share that leaves before the end."""

    participants: int
    seed: int = 18
    drop_out: float = 0.0
    slow: float = 0.0
    impatient: float = 0.0
    doubling: float = 0.0
    network_loss: float = 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """One of them. leaves_at: how far through the pages, in [0, 1); None for those who stay to the end."""

    number: int
    seed: int
    traits: frozenset[Trait]
    leaves_at: float | None

    def chance(self, *labels: str | int) -> Stream:
        """What this person does by chance, for that purpose."""
        return Stream(self.seed, "person", self.number, *labels)


def people(crowd: Crowd) -> list[Person]:
    """Exactly the stated shares (rounded), spread over the order of arrival by the seed.

    >>> those = people(Crowd(10, drop_out=0.4, slow=0.1))
    >>> sum(person.leaves_at is not None for person in those), sum(Trait.SLOW in person.traits for person in those)
    (4, 1)
    """
    shares = {
        Trait.SLOW: crowd.slow,
        Trait.IMPATIENT: crowd.impatient,
        Trait.DOUBLING: crowd.doubling,
        Trait.NETWORK_LOSING: crowd.network_loss,
    }
    having = {trait: _drawn(crowd, str(trait), share) for trait, share in shares.items()}
    leaving = _drawn(crowd, "drop-out", crowd.drop_out)
    return [
        Person(
            number,
            crowd.seed,
            frozenset(trait for trait in Trait if number in having[trait]),
            Stream(crowd.seed, "leaves", number).uniform() if number in leaving else None,
        )
        for number in range(crowd.participants)
    ]


def _drawn(crowd: Crowd, purpose: str, share: float) -> frozenset[int]:
    numbers = Stream(crowd.seed, "crowd", purpose).shuffle(range(crowd.participants))
    return frozenset(numbers[: round(share * crowd.participants)])
