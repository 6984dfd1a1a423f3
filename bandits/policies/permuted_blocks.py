"""Permuted blocks: the list is cut into blocks, and each block keeps the weights exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.arms import ArmWeight, ListedArm
from bandits.policies.blocks import LONGEST, composition, permuted, smallest_block
from bandits.policies.errors import PolicyError
from bandits.policies.kinds import ListPolicy
from bandits.policies.parameters import Parameter, Several, Whole
from experiments.chance import Stream


@dataclass(frozen=True)
class PermutedBlocks(ListPolicy):
    """Every block holds each arm exactly as often as its weight says, in a random order.

    block_multiple: a block is this many times the smallest one (weights 1, 1, 2: four places). block_multiples: draw
    the multiple of each block from these instead, so that the end of a block cannot be guessed.

    A place's propensity is the arm's share of the weights: exactly its chance before the list was drawn, for every
    place, also in a block that was cut. ``conditional`` is its chance given the block's earlier places, its size and,
    if it was cut, its counts.

    >>> arms = [ArmWeight("control"), ArmWeight("treatment")]
    >>> for place in PermutedBlocks(block_multiple=2).block(arms, seed=18, stratum="", number=0):
    ...     print(place.arm, place.propensity, round(place.conditional, 3))
    control 0.5 0.5
    treatment 0.5 0.667
    treatment 0.5 0.5
    control 0.5 1.0
    """

    name: ClassVar[str] = "permuted_blocks"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "block_multiple": Whole(1, 100),
        "block_multiples": Several(Whole(1, 100), most=20, different=True),
    }
    example: ClassVar[Mapping[str, object]] = {"policy": "permuted_blocks", "block_multiple": 2}

    block_multiple: int = 1
    block_multiples: tuple[int, ...] = ()

    def check(self, path: str) -> None:
        """Either one multiple, or several to draw from."""
        if self.block_multiples and self.block_multiple != 1:
            raise PolicyError(
                f"{path}.block_multiples",
                f"{path} has both block_multiple and block_multiples.",
                "Leave one out: block_multiples draws the size of each block at random.",
            )

    def block(
        self, arms: Sequence[ArmWeight], *, seed: int, stratum: str, number: int, at_most: int | None = None
    ) -> tuple[ListedArm, ...]:
        """The block's places. PolicyError if the weights need a block of more than 1,000 places."""
        stream = Stream(seed, self.name, stratum, number)
        unit_block = smallest_block(arms)
        multiples = self.block_multiples or (self.block_multiple,)
        places = sum(unit_block) * multiples[stream.below(len(multiples))]
        if places > LONGEST:
            message = f"A block would have {places} places; {LONGEST} are allowed."
            raise PolicyError("arms", message, "Lower the block's multiple.")
        if at_most is not None:
            places = min(places, at_most)
        return permuted(arms, composition(unit_block, places, stream), stream)
