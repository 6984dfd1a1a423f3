"""Whole randomisation lists, made of a policy's blocks and cut at a target."""

from collections import Counter
from collections.abc import Sequence

from bandits.policies.arms import ArmName, ArmWeight, ListedArm
from bandits.policies.kinds import ListPolicy


def whole_list(
    policy: ListPolicy, arms: Sequence[ArmWeight], *, target: int, seed: int, stratum: str = ""
) -> tuple[ListedArm, ...]:
    """The stratum's list of exactly ``target`` places: whole blocks, and a last one cut to fit.

    Under permuted or stratified blocks each arm's count differs from target * share by less than 1, so equal arms
    differ by at most 1. The blocks before the last are those that ``policy.block`` gives without a target.
    """
    listed: list[ListedArm] = []
    number = 0
    while len(listed) < target:
        listed += policy.block(arms, seed=seed, stratum=stratum, number=number, at_most=target - len(listed))
        number += 1
    return tuple(listed)


def quotas(
    policy: ListPolicy, arms: Sequence[ArmWeight], *, target: int, seed: int, stratum: str = ""
) -> dict[ArmName, int]:
    """How many places of the whole list each arm has; every arm is named, and the numbers sum to ``target``.

    >>> from bandits.policies.permuted_blocks import PermutedBlocks
    >>> quotas(PermutedBlocks(), [ArmWeight("control"), ArmWeight("treatment", 2)], target=120, seed=18)
    {'control': 40, 'treatment': 80}
    """
    counted = Counter(place.arm for place in whole_list(policy, arms, target=target, seed=seed, stratum=stratum))
    return {arm.name: counted[arm.name] for arm in arms}
