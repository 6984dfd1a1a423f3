"""Minimisation: each unit goes, most likely, where it evens out the arms over several attributes at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from bandits.policies.arms import ArmName, ArmWeight, Choice, Counts, shares
from bandits.policies.errors import PolicyError
from bandits.policies.kinds import UnitPolicy
from bandits.policies.parameters import Named, OneOf, Parameter, Real, Several, Text
from experiments.chance import Stream

NOBODY = Counts()


@dataclass(frozen=True)
class Minimisation(UnitPolicy):
    """Pocock and Simon (1975), Biometrics 31:103: the arm that would be least out of balance, with a biased coin.

    strata: attributes of the unit to balance (the method's "factors"). For each arm, imagine that the unit joins it;
    an attribute's imbalance is the range or variance, over the arms, of how many units share the unit's level (divided
    by the arm's weight). They are added up by strata_weights (1 where not given); overall is the weight of the
    imbalance of all units together.

    p: the chance of the one best arm. The other arms share the rest by their weights. With equal weights this is the
    published rule; several best arms split their chances evenly (unequal weights: by weight), and if all are
    equally good each has its share of the weights. p = 1 is deterministic as soon as there is a best arm.

    >>> arms = [ArmWeight("control"), ArmWeight("treatment")]
    >>> counts = {"control": Counts(3, {"gender": {"f": 2, "m": 1}}), "treatment": Counts(3, {"gender": {"m": 3}})}
    >>> policy = Minimisation.parse({"strata": ["gender"], "p": 0.8})
    >>> policy.choose(arms, unit="u7", attributes={"gender": "f"}, counts=counts, seed=18).propensities
    {'control': 0.2, 'treatment': 0.8}
    """

    name: ClassVar[str] = "minimisation"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "strata": Several(Text(100, shortest=1), most=20, different=True),
        "strata_weights": Named(Real(0, 1_000)),
        "overall": Real(0, 1_000),
        "imbalance": OneOf(("range", "variance")),
        "p": Real(0.5, 1),
    }
    example: ClassVar[Mapping[str, object]] = {"policy": "minimisation", "strata": ["gender", "age"], "p": 0.8}

    strata: tuple[str, ...] = ()
    strata_weights: Mapping[str, float] = field(default_factory=dict)
    overall: float = 0.0
    imbalance: str = "range"
    p: float = 0.8

    def check(self, path: str) -> None:
        """There must be something to balance, and weights only for what is balanced."""
        if not self.strata and not self.overall:
            raise PolicyError.wrong(f"{path}.strata", "a list of one attribute or more", [], "Or set overall to 1.")
        for name in self.strata_weights.keys() - set(self.strata):
            raise PolicyError(f"{path}.strata_weights.{name}", f"{name} has a weight but is not in strata.", "Add it.")

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that are balanced."""
        return self.strata

    def choose(
        self,
        arms: Sequence[ArmWeight],
        *,
        unit: str,
        attributes: Mapping[str, str],
        counts: Mapping[ArmName, Counts],
        seed: int,
    ) -> Choice:
        """The arm that the coin of (seed, unit) fell on. A missing attribute counts as a level of its own."""
        propensities = self._propensities(arms, attributes, counts)
        coin = Stream(seed, self.name, unit).uniform()
        return Choice(_drawn(propensities, coin), propensities)

    def _propensities(
        self, arms: Sequence[ArmWeight], attributes: Mapping[str, str], counts: Mapping[ArmName, Counts]
    ) -> dict[ArmName, float]:
        share = {arm.name: float(part) for arm, part in zip(arms, shares(arms), strict=True)}
        open_arms = [name for name in share if share[name]]
        if len(open_arms) == 1:
            return {name: float(name in open_arms) for name in share}
        best = self._best(open_arms, share, attributes, counts)
        follow = max((self.p * len(open_arms) - 1) / (len(open_arms) - 1), 0.0)
        of_best = sum(share[name] for name in best)
        chances = {name: (1 - follow) * part + follow * part * (name in best) / of_best for name, part in share.items()}
        return {name: round(chance, 15) for name, chance in chances.items()}

    def _best(
        self,
        names: Sequence[ArmName],
        share: Mapping[ArmName, float],
        attributes: Mapping[str, str],
        counts: Mapping[ArmName, Counts],
    ) -> set[ArmName]:
        """The arms with the smallest total imbalance; differences below one part in a billion are rounding."""
        held_by = [counts.get(name, NOBODY) for name in names]
        rows = [(self.overall, [held.total for held in held_by])]
        for attribute in self.strata:
            level = attributes.get(attribute, "")
            rows.append((self.strata_weights.get(attribute, 1.0), [held.of(attribute, level) for held in held_by]))
        sizes = [share[name] * len(names) for name in names]
        totals = [
            sum(weight * self._imbalance(held, sizes, joined) for weight, held in rows if weight)
            for joined in range(len(names))
        ]
        least = min(totals)
        return {name for name, total in zip(names, totals, strict=True) if total <= least + 1e-9 * max(1.0, abs(least))}

    def _imbalance(self, held: Sequence[int], sizes: Sequence[float], joined: int) -> float:
        filled = [(count + (arm == joined)) / size for arm, (count, size) in enumerate(zip(held, sizes, strict=True))]
        if self.imbalance == "range":
            return max(filled) - min(filled)
        mean = sum(filled) / len(filled)
        return sum((each - mean) ** 2 for each in filled) / (len(filled) - 1)


def _drawn(propensities: Mapping[ArmName, float], coin: float) -> ArmName:
    possible = [name for name, chance in propensities.items() if chance > 0]
    for name in possible:
        coin -= propensities[name]
        if coin < 0:
            return name
    return possible[-1]
