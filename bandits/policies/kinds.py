"""What every policy promises, and the two fixed families. An adaptive family will stand beside them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from inspect import getdoc
from typing import ClassVar, Self

from bandits.policies.arms import ArmName, ArmWeight, Choice, Counts, ListedArm
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Parameter, Schema

# Parameters of some policies that may stand in the allocation of any other, as long as they ask for nothing.
NEUTRAL: Mapping[str, tuple[object, ...]] = {
    "block_multiple": (1, None),
    "block_multiples": ([], (), None),
    "strata": ([], (), None),
    "stratum_quota": (None,),
}


class Policy(ABC):
    """A rule of allocation: a frozen dataclass whose fields, all with a default, are its ``parameters``.

    A policy keeps no state and asks no clock: same parameters, arms, unit and seed, same answer, for ever.
    """

    name: ClassVar[str]
    family: ClassVar[str]
    parameters: ClassVar[Mapping[str, Parameter]]
    example: ClassVar[Mapping[str, object]]

    @classmethod
    def parse(cls, spec: Mapping[str, object], path: str = "allocation") -> Self:
        """The policy that ``spec``, for instance an experiment's ``allocation``, describes. PolicyError if none."""
        given = {name: value for name, value in spec.items() if not _is_no_parameter(cls, name, value)}
        for name in given.keys() - cls.parameters.keys():
            raise PolicyError(f"{path}.{name}", f"{path}.{name} is not a parameter of {cls.name}.", _ways_on(cls, name))
        values = {name: cls.parameters[name].read(f"{path}.{name}", value) for name, value in given.items()}
        # Fields are declared by each subclass, so mypy cannot see them here.
        policy = replace(cls(), **values)  # type: ignore[type-var]
        policy.check(path)
        return policy

    def check(self, path: str) -> None:
        """Refuse parameters that do not go together, with a PolicyError. Most policies have none."""
        return

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of a unit that the policy looks at."""
        return ()

    @classmethod
    def json_schema(cls) -> Schema:
        """The JSON Schema of an allocation by this policy."""
        properties = {name: parameter.schema() for name, parameter in cls.parameters.items()}
        return {
            "title": cls.name,
            "description": (getdoc(cls) or "").partition("\n")[0],
            "type": "object",
            "properties": {"policy": {"const": cls.name}, **properties},
            "required": ["policy"],
            "additionalProperties": False,
        }


class ListPolicy(Policy):
    """A policy that writes a randomisation list beforehand; units take its places in the order they come."""

    family: ClassVar[str] = "list"

    def stratum_of(self, attributes: Mapping[str, str]) -> str:
        """The list that a unit with these attributes takes its place from: "" where there is only one."""
        return ""

    @abstractmethod
    def block(
        self, arms: Sequence[ArmWeight], *, seed: int, stratum: str, number: int, at_most: int | None = None
    ) -> tuple[ListedArm, ...]:
        """Block ``number`` (0, 1, ...) of the stratum's list, the same for ever.

        at_most: cut the block to this many places, so that a list ends at its target; see ``lists.whole_list``.
        """


class UnitPolicy(Policy):
    """A policy that chooses when a unit comes, from the unit and from what was handed out before."""

    family: ClassVar[str] = "unit"

    @abstractmethod
    def choose(
        self,
        arms: Sequence[ArmWeight],
        *,
        unit: str,
        attributes: Mapping[str, str],
        counts: Mapping[ArmName, Counts],
        seed: int,
    ) -> Choice:
        """The unit's arm, with the chance of every arm. Arms that ``counts`` leaves out hold nobody yet."""


def _is_no_parameter(policy: type[Policy], name: str, value: object) -> bool:
    is_neutral = name not in policy.parameters and value in NEUTRAL.get(name, ())
    return name in ("policy", "audience") or is_neutral


def _ways_on(policy: type[Policy], name: str) -> str:
    close = get_close_matches(name, policy.parameters, n=1)
    known = ", ".join(policy.parameters) or "none"
    return f"Did you mean {close[0]}?" if close else f"Its parameters: {known}."
