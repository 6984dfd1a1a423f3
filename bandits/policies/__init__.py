"""Policies: rules of allocation, found by name. To add one, see docs/recipes/add-a-policy.md.

Pure: no Django, no I/O, no clock, no global random state, and nothing heavy is imported.
"""

from collections.abc import Mapping
from difflib import get_close_matches

from bandits.policies.adaptive import ADAPTIVE, AdaptivePolicy
from bandits.policies.arms import ArmWeight, Choice, Counts, ListedArm
from bandits.policies.errors import PolicyError
from bandits.policies.hash import Hash
from bandits.policies.kinds import ListPolicy, Policy, UnitPolicy
from bandits.policies.lists import quotas, whole_list
from bandits.policies.minimisation import Minimisation
from bandits.policies.permuted_blocks import PermutedBlocks
from bandits.policies.simple import Simple
from bandits.policies.stratified_blocks import StratifiedBlocks

__all__ = [
    "ADAPTIVE",
    "FIXED",
    "POLICIES",
    "AdaptivePolicy",
    "ArmWeight",
    "Choice",
    "Counts",
    "ListPolicy",
    "ListedArm",
    "Policy",
    "PolicyError",
    "UnitPolicy",
    "allocation_schema",
    "parse_allocation",
    "quotas",
    "whole_list",
]

# Those that hand out places; the adaptive ones learn from rewards and belong to decisions.
FIXED: dict[str, type[Policy]] = {
    policy.name: policy for policy in (Simple, PermutedBlocks, StratifiedBlocks, Minimisation, Hash)
}
POLICIES: dict[str, type[Policy]] = {**FIXED, **ADAPTIVE}


def parse_allocation(spec: Mapping[str, object], path: str = "allocation") -> Policy:
    """The policy that an experiment's ``allocation`` names, with its parameters. PolicyError if it cannot be read.

    >>> parse_allocation({"policy": "permuted_blocks", "block_multiple": 2})
    PermutedBlocks(block_multiple=2, block_multiples=())
    >>> parse_allocation({"policy": "permuted_block"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bandits.policies.errors.PolicyError: ... Did you mean permuted_blocks?
    """
    name = spec.get("policy")
    if not isinstance(name, str) or name not in POLICIES:
        close = get_close_matches(str(name), POLICIES, n=1)
        hint = f"Did you mean {close[0]}?" if close else ""
        raise PolicyError.wrong(f"{path}.policy", f"one of {', '.join(POLICIES)}", name, hint)
    return POLICIES[name].parse(spec, path)


def allocation_schema() -> dict[str, object]:
    """The JSON Schema of ``allocation``: one form per policy."""
    return {"oneOf": [policy.json_schema() for policy in POLICIES.values()]}
