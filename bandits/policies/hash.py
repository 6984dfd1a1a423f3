"""Deterministic hashing: a unit's arm follows from its identity alone, anywhere, without looking anything up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, pairwise
from math import ceil
from typing import ClassVar

from bandits.policies import growthbook
from bandits.policies.arms import ArmName, ArmWeight, Choice, Counts, shares
from bandits.policies.errors import PolicyError
from bandits.policies.kinds import UnitPolicy
from bandits.policies.parameters import OneOf, Parameter, Real, Several, Span, Text

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Hash(UnitPolicy):
    """A unit's identity is hashed to a place in [0, 1); each arm owns a part. Same unit, same arm, on every server.

    method: ``machina`` (BLAKE2b, 64 bits, keyed by the layer) or GrowthBook's hash, ``growthbook_v2`` or ``_v1``.
    key: names the experiment in the hash; if empty, the experiment's seed does. layer: the salt of ``machina``.
    attribute: hash this attribute of the unit instead of its id; a unit without it is not in the experiment.
    coverage: the part of each arm's range that is in use; raising it moves nobody. ranges: the arms' ranges
    themselves, instead of weights and coverage. namespace, namespace_range: a GrowthBook namespace and our part of it.

    Propensities are exact for a unit drawn at random (for GrowthBook: its buckets are counted), given that the unit is
    in the experiment; ``Choice.inside`` is the chance of that.

    >>> arms = [ArmWeight("control"), ArmWeight("treatment")]
    >>> policy = Hash.parse({"method": "growthbook_v2", "key": "exp-a"})
    >>> policy.choose(arms, unit="u3", attributes={}, counts={}, seed=18).arm
    'treatment'
    """

    name: ClassVar[str] = "hash"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "method": OneOf(("machina", "growthbook_v1", "growthbook_v2")),
        "key": Text(),
        "layer": Text(),
        "attribute": Text(),
        "coverage": Real(0, 1),
        "ranges": Several(Span(), most=1_000),
        "namespace": Text(),
        "namespace_range": Span(),
    }
    example: ClassVar[Mapping[str, object]] = {"policy": "hash", "coverage": 1.0}

    method: str = "machina"
    key: str = ""
    layer: str = ""
    attribute: str = ""
    coverage: float = 1.0
    ranges: tuple[tuple[float, float], ...] = ()
    namespace: str = ""
    namespace_range: tuple[float, float] = (0.0, 1.0)

    def check(self, path: str) -> None:
        """Ranges may touch but not overlap, or a propensity would not be the range's length."""
        ordered = sorted(self.ranges)
        if any(high > low for (_, high), (low, _) in pairwise(ordered)):
            raise PolicyError(f"{path}.ranges", f"{path}.ranges overlap.", "End each range where the next one begins.")

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute that is hashed, if it is not the unit's id."""
        return (self.attribute,) if self.attribute else ()

    def choose(
        self,
        arms: Sequence[ArmWeight],
        *,
        unit: str,
        attributes: Mapping[str, str],
        counts: Mapping[ArmName, Counts],
        seed: int,
    ) -> Choice:
        """The arm whose range holds the unit's place; none if the unit has no identity, or falls outside of all."""
        if self.ranges and len(self.ranges) != len(arms):
            message = f"There are {len(self.ranges)} ranges for {len(arms)} arms."
            raise PolicyError("arms", message, "Give each arm one range.")
        identity = attributes.get(self.attribute, "") if self.attribute else unit
        key = self.key or str(seed)
        locate = self._by_blake if self.method == "machina" else self._by_growthbook
        index, widths = locate(arms, key, identity)
        inside = sum(widths, Fraction())
        parts = [width / inside for width in widths] if inside else shares(arms)
        propensities = {arm.name: float(part) for arm, part in zip(arms, parts, strict=True)}
        admitted = identity and self._admits(identity) and index >= 0
        return Choice(arms[index].name if admitted else None, propensities, float(inside) * self._namespace_part())

    def table(self, arms: Sequence[ArmWeight], *, seed: int) -> "HashTable":
        """What ``choose`` does for any unit without attributes, ready to be asked often."""
        return HashTable(self, tuple(arms), seed)

    def _by_blake(self, arms: Sequence[ArmWeight], key: str, identity: str) -> tuple[int, list[Fraction]]:
        intervals = self._intervals(arms)
        place = Fraction(place_of(self.layer, key, identity), 2**64)
        index = next((i for i, (low, high) in enumerate(intervals) if low <= place < high), -1)
        return index, [high - low for low, high in intervals]

    def _intervals(self, arms: Sequence[ArmWeight]) -> list[Interval]:
        if self.ranges:
            return [(Fraction(str(low)), Fraction(str(high))) for low, high in self.ranges]
        exact, coverage = shares(arms), Fraction(str(self.coverage))
        starts = accumulate(exact, initial=Fraction())
        return [(start, start + coverage * share) for start, share in zip(starts, exact, strict=False)]

    def _by_growthbook(self, arms: Sequence[ArmWeight], key: str, identity: str) -> tuple[int, list[Fraction]]:
        version = 1 if self.method == "growthbook_v1" else 2
        ranges = self.ranges or growthbook.bucket_ranges(len(arms), self.coverage, _growthbook_weights(arms))
        widths = [Fraction(str(growthbook.probability(low, high, version))) for low, high in ranges]
        return growthbook.variation_at(growthbook.position(key, identity, version), ranges), widths

    def _admits(self, identity: str) -> bool:
        return not self.namespace or growthbook.in_namespace(identity, self.namespace, *self.namespace_range)

    def _namespace_part(self) -> float:
        return growthbook.probability(*self.namespace_range, 1) if self.namespace else 1.0


@dataclass(frozen=True)
class HashTable:
    """A hash policy for given arms and seed. ``arm`` agrees with ``Hash.choose`` for every unit.

    >>> arms = [ArmWeight("control"), ArmWeight("treatment")]
    >>> Hash().table(arms, seed=18).arm("u1") == Hash().choose(arms, unit="u1", attributes={}, counts={}, seed=18).arm
    True
    """

    policy: Hash
    arms: tuple[ArmWeight, ...]
    seed: int

    def arm(self, identity: str) -> ArmName | None:
        """Of the unit with that identity (its id, or its value of the hashed attribute); None if it is left out."""
        if self.policy.method != "machina" or self.policy.namespace:
            return self._choice(identity).arm
        if not identity:
            return None
        place = place_of(self.policy.layer, self.policy.key or str(self.seed), identity)
        return next((name for low, high, name in self._line if low <= place < high), None)

    @cached_property
    def propensities(self) -> Mapping[ArmName, float]:
        """The chance of each arm, for units inside."""
        return self._choice("u").propensities

    def _choice(self, identity: str) -> Choice:
        attributes = {self.policy.attribute: identity} if self.policy.attribute else {}
        return self.policy.choose(self.arms, unit=identity, attributes=attributes, counts={}, seed=self.seed)

    @cached_property
    def _line(self) -> list[tuple[int, int, ArmName]]:
        """Each arm's whole numbers below 2**64: place / 2**64 >= low exactly if place >= the next whole low * 2**64."""
        ends = [(ceil(low * 2**64), ceil(high * 2**64)) for low, high in self.policy._intervals(self.arms)]
        return [(low, high, arm.name) for (low, high), arm in zip(ends, self.arms, strict=True)]


def place_of(layer: str, key: str, unit: str) -> int:
    """The unit's place in [0, 2**64): BLAKE2b-64 of key, a zero byte and unit, keyed by the layer's name.

    >>> place_of("", "pricing", "u1") == place_of("", "pricing", "u1") != place_of("checkout", "pricing", "u1")
    True
    """
    salt = layer.encode("utf-8", "surrogatepass")
    salt = salt if len(salt) <= 64 else blake2b(salt, digest_size=64).digest()
    text = f"{key}\0{unit}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8, key=salt).digest(), "big")


def _growthbook_weights(arms: Sequence[ArmWeight]) -> list[float]:
    """The weights as they are if GrowthBook would take them as they are; otherwise (1, 1, 2) the arms' shares."""
    exact = shares(arms)
    weights = [float(arm.weight) for arm in arms]
    return weights if 0.99 <= sum(weights) <= 1.01 else [float(share) for share in exact]
