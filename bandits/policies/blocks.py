"""Blocks: how many places of each arm, and in which order."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from bandits.policies.arms import ArmWeight, ListedArm, shares
from bandits.policies.errors import PolicyError
from experiments.chance import Stream

LONGEST = 1_000
TOLERANCE = Fraction(1, 2_000_000)


def smallest_block(arms: Sequence[ArmWeight]) -> tuple[int, ...]:
    """The places of each arm in the smallest block that keeps the weights exactly.

    >>> smallest_block([ArmWeight("a", 1), ArmWeight("b", 1), ArmWeight("c", 2)])
    (1, 1, 2)
    >>> smallest_block([ArmWeight("a", 0.5), ArmWeight("b", 0.25), ArmWeight("c", 0.25)])
    (2, 1, 1)

    A share must be a fraction with a denominator of at most 1,000, up to half a millionth (0.333333 is a third), and
    the block may have at most 1,000 places. PolicyError otherwise.
    """
    return _smallest_block(tuple(arms))


@lru_cache(maxsize=256)
def _smallest_block(arms: tuple[ArmWeight, ...]) -> tuple[int, ...]:
    exact = shares(arms)
    near = [share.limit_denominator(LONGEST) for share in exact]
    size = lcm(*(share.denominator for share in near))
    is_near = all(abs(a - b) <= TOLERANCE for a, b in zip(exact, near, strict=True)) and sum(near) == 1
    if not is_near or size > LONGEST:
        raise PolicyError(
            "arms",
            f"The weights {', '.join(str(arm.weight) for arm in arms)} do not fit into a block of {LONGEST} places.",
            "Write them as small whole numbers, such as 1, 1, 2, or choose the policy simple.",
        )
    return tuple(int(share * size) for share in near)


def composition(unit_block: Sequence[int], places: int, stream: Stream) -> tuple[int, ...]:
    """How many of ``places`` each arm gets: its share rounded down or up, never further away.

    What rounding leaves over is drawn by systematic sampling in a random order of the arms, so that the expected
    number is the exact share, and the total is ``places``. For whole blocks nothing is left over.

    >>> composition((1, 1, 2), 8, Stream(18))
    (2, 2, 4)
    >>> sorted(composition((1, 1, 1), 5, Stream(18)))
    [1, 2, 2]
    """
    size = sum(unit_block)
    counts = [places * each // size for each in unit_block]
    left = [places * each % size for each in unit_block]
    if any(left):
        point, passed = stream.below(size), 0
        for arm in stream.shuffle(range(len(left))):
            first, passed = passed, passed + left[arm]
            counts[arm] += (point - first) // size - (point - passed) // size
    return tuple(counts)


def permuted(arms: Sequence[ArmWeight], counts: Sequence[int], stream: Stream) -> tuple[ListedArm, ...]:
    """A block with these counts in a random order, every order equally likely."""
    exact = shares(arms)
    remaining = list(counts)
    listed = []
    for index in stream.shuffle([i for i, count in enumerate(counts) for _ in range(count)]):
        conditional = remaining[index] / sum(remaining)
        listed.append(ListedArm(arms[index].name, float(exact[index]), conditional))
        remaining[index] -= 1
    return tuple(listed)
