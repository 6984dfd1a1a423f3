"""What somebody wants of one experiment's plan, and what is known of the experiment: the two sides of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from analysis.planning.declared import Declared, number, word


@dataclass(frozen=True, slots=True)
class Facts:
    """From the definition and the record. kind: of the primary measure, as ``simulating.assumed.KINDS`` has them.

    weights: of the arms; control: the place of one. mean, sd: of a unit under control; measured: units they come from,
    0 for a guess. within: everybody is under every arm. learns: the name of the policy that allocates, or "".
    noticed: sentences about the definition that a reader of the plan needs. asked: questions among which the analysis
    plan shares the error allowed; 0: not known. watch, looks: when that plan looks. by_bets: whether values with two
    ends stay what was declared; not where the analysis plan adds them up, or cuts or adjusts them.
    """

    measure: str
    kind: str
    arms: tuple[str, ...]
    weights: tuple[float, ...]
    control: int = 0
    direction: str = "up"
    low: float = -inf
    high: float = inf
    within: bool = False
    mean: float = 0.0
    sd: float = 1.0
    measured: int = 0
    target: int = 0
    learns: str = ""
    currency: str = ""
    noticed: tuple[str, ...] = ()
    asked: int = 0
    watch: str = "once"
    looks: int = 4
    by_bets: bool = True

    @property
    def sharing(self) -> int:
        """Questions that share the error allowed evenly: the safe side of whatever the analysis plan does."""
        return max(self.comparisons, self.asked)

    @property
    def comparisons(self) -> int:
        """Arms beside the control."""
        return len(self.arms) - 1

    @property
    def sign(self) -> float:
        """Which way is better."""
        return -1.0 if self.direction == "down" else 1.0

    @property
    def width(self) -> float:
        """Of the measure's range; inf without one."""
        return self.high - self.low

    @property
    def usual_effect(self) -> float:
        """An effect to begin with: half a standard deviation, or ten points of a hundred, within what can be.

        In two figures: nobody reads 8.333 as a beginning.
        """
        half = {"yes_no": 0.1, "count": 0.3 * abs(self.mean)}.get(self.kind, 0.5 * self.sd)
        room = self.high - self.mean if self.sign > 0 else self.mean - self.low
        return max(float(f"{min(half, 0.5 * room) if isfinite(room) else half:.2g}"), 1e-6)


@dataclass(frozen=True)
class Wanted(Declared):
    """What may be moved. effect: how much better the best arm is, above 0. people: 0, as many as it takes."""

    effect: float = number(0.0, "Effect to find (how much better, in the measure's unit)", 0, 1e12)
    power: float = number(0.8, "Chance to find it", 0.01, 0.999)
    level: float = number(0.05, "Error allowed", 1e-6, 0.5)
    watch: str = word("once", "When you look", "once", "obrien_fleming", "pocock", "anytime")
    looks: int = number(4, "Looks, if they are planned", 2, 50, whole=True)
    people: int = number(0, "People with a value (0: as many as it takes)", 0, 10_000_000, whole=True)
    drop_out: float = number(0.0, "Share who give no value", 0, 0.95)
    mean: float = number(0.0, "Mean under control", -1e12, 1e12)
    sd: float = number(1.0, "Standard deviation between people", 1e-9, 1e12)
    correlation: float = number(0.5, "Correlation between a person's conditions", 0, 0.99)
    trials: int = number(1, "Answers that are averaged for each person", 1, 10_000, whole=True)
    icc: float = number(0.0, "How alike one person's answers are (ICC)", 0, 1)
    believed_sd: float = number(0.0, "How unsure you are of the effect (sd; 0: not asked)", 0, 1e12)
    budget: float = number(0.0, "Budget (0: not asked)", 0, 1e12)
    reward: float = number(0.0, "Reward for one person", 0, 1e6)
    bonus: float = number(0.0, "Bonus for one person, on average", 0, 1e6)
    fee: float = number(0.0, "Fee of the platform, as a share", 0, 5)
    fixed: float = number(0.0, "Fixed costs", 0, 1e12)
    partial_pay: float = number(0.0, "Share of the reward for who gives no value", 0, 1)
    a_day: float = number(0.0, "People who come in a day (0: unknown)", 0, 1e7)
    minutes: float = number(0.0, "Minutes that one takes", 0, 1e5)
    batch: int = number(20, "People who come together, where a policy learns", 1, 10_000, whole=True)


def suggested(facts: Facts, **known: float) -> Wanted:
    """To begin with: an effect worth finding, the record's mean and spread, and what is known of prices."""
    sd = facts.sd if facts.sd > 0 else 1.0
    watched = {"watch": facts.watch, "looks": facts.looks}
    return Wanted(effect=facts.usual_effect, mean=facts.mean, sd=sd, **watched, **known)  # type: ignore[arg-type]  # numbers
