"""One question about power, answered: the missing one of units, effect and power, with a sentence and a curve."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from math import ceil

import numpy as np

from analysis.planning.power.assurance import Belief, averaged, ceiling
from analysis.planning.power.design import Design
from analysis.planning.power.solving import invited, least, smallest_effect, whole_units
from analysis.planning.power.watching import ONCE, Watch, inflation, watched

POINTS = 41
WATCHED = "power-watched"


LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class Asked:
    """Two of the three; the third is sought. drop_out: share of those let in who give no value.

    watch: how often one looks and may stop. belief: of the effect, for assurance. down: the effect sought is negative.
    """

    effect: float | None = None
    power: float | None = 0.8
    n: float | None = None
    drop_out: float = 0.0
    watch: Watch = ONCE
    belief: Belief | None = None
    down: bool = False

    @property
    def sought(self) -> str:
        """ValueError unless exactly one is missing."""
        given = {name: getattr(self, name) for name in ("effect", "power", "n")}
        for name, value in given.items():
            if value is not None and not abs(value) <= LARGEST:
                raise ValueError(f"{name} must be a number of at most {LARGEST:g} in size, not {value}.")
        if not 0 <= self.drop_out < 1:
            raise ValueError(f"drop_out must be 0 or more and below 1, not {self.drop_out}.")
        missing = [name for name, value in given.items() if value is None]
        if len(missing) != 1:
            raise ValueError("Give two of effect, power and n: the third one is what is answered.")
        return missing[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """n: analysed units in an arm; total: in the whole study; let_in: with those who drop out. assurance: or None.

    expected_n: in an arm on average, where one may stop early at the effect. curve: power at growing n.
    """

    kind: str
    title: str
    sought: str
    effect: float
    power: float
    n: int
    total: int
    let_in: int
    inflation: float
    expected_n: float
    assurance: float | None
    ceiling: float | None
    sentence: str
    remarks: tuple[str, ...] = ()
    curve: tuple[tuple[int, float], ...] = field(default=())

    @property
    def methods(self) -> list[str]:
        """Keys of the methods page."""
        watched_too = [WATCHED] if self.inflation != 1 else []
        return ["power", *watched_too, *(["assurance"] if self.assurance is not None else [])]

    def as_json(self) -> dict[str, object]:
        """For scripts and the API."""
        return {
            **asdict(self),
            "methods": self.methods,
            "curve": [list(point) for point in self.curve],
            "remarks": list(self.remarks),
        }


def answer(design: Design, asked: Asked) -> Answer:
    """The answer. NoAnswer where there is none, ValueError for what cannot be asked."""
    sought = asked.sought
    planned = _Planned(design, asked.watch)
    n, effect = planned.solved(asked)
    power, share = planned.reached(n, effect)
    belief = asked.belief
    found = Answer(
        kind=design.kind,
        title=design.title,
        sought=sought,
        effect=effect,
        power=power,
        n=ceil(n),
        total=ceil(n * design.arms - 1e-9),
        let_in=invited(ceil(n * design.arms - 1e-9), asked.drop_out),
        inflation=planned.factor(power),
        expected_n=n * share,
        assurance=None if belief is None else averaged(lambda one: planned.reached(n, one)[0], design, belief),
        ceiling=None if belief is None else ceiling(belief),
        sentence="",
        curve=tuple(planned.curve(effect, ceil(n))),
    )
    return replace(found, sentence=_sentence(found, design), remarks=tuple(_remarks(found, asked)))


@dataclass(frozen=True, slots=True)
class _Planned:
    """A design and how it is watched."""

    design: Design
    watch: Watch

    def reached(self, n: float, effect: float) -> tuple[float, float]:
        """The chance to find the effect with n units in an arm, and the mean share of them that is used."""
        return watched(self.watch, self.design.level, self.design.sides, self.design.power(n, effect))

    def factor(self, power: float) -> float:
        """Units for one of a study that looks once."""
        least_power, most = self.design.level + 1e-6, 1 - 1e-6
        return inflation(self.watch, self.design.level, self.design.sides, min(max(power, least_power), most)).factor

    def solved(self, asked: Asked) -> tuple[float, float]:
        """n and effect."""
        low = ceil(least(self.design))
        if asked.n is not None and asked.n < low:
            raise ValueError(f"n must be at least {low} units in an arm, not {asked.n:g}.")
        if asked.n is not None and asked.effect is not None:
            return asked.n, asked.effect
        power = float(asked.power or 0.8)
        factor = self.factor(power)
        if asked.n is not None:
            return asked.n, smallest_effect(self.design, max(asked.n / factor, low), power, down=asked.down)
        effect = float(asked.effect or 0.0)
        n = whole_units(self.design, effect, power)
        return (n if factor == 1 else ceil(n * factor - 1e-9)), effect

    def curve(self, effect: float, n: int) -> list[tuple[int, float]]:
        """Power at up to 41 numbers of units, from the fewest to twice n."""
        sizes = np.unique(np.linspace(ceil(least(self.design)), max(2 * n, 10), POINTS).round().astype(int))
        return [(int(size), self.reached(float(size), effect)[0]) for size in sizes]


def _sentence(found: Answer, design: Design) -> str:
    within = design.arms == 1
    people = f"{found.n:,} units" if within else f"{found.n:,} units in an arm ({found.total:,} in all)"
    chance = f"{100 * found.power:.1f} %"
    return {
        "n": f"{people} find an effect of {found.effect:g} with a chance of {chance}.",
        "power": f"With {people}, an effect of {found.effect:g} is found with a chance of {chance}.",
        "effect": f"With {people}, the smallest effect found with a chance of {chance} is {found.effect:.4g}.",
    }[found.sought]


def _remarks(found: Answer, asked: Asked) -> list[str]:
    said = []
    if asked.drop_out:
        said.append(f"Let {found.let_in:,} in: {100 * asked.drop_out:g} % are expected to give no value.")
    if asked.watch.is_watched:
        said.append(
            f"{asked.watch.sentence} That takes {found.inflation:.3f} times the units of a study that looks once, at "
            f"most; on average it stops after {found.expected_n:,.0f} in an arm if the effect is this large."
        )
    if found.assurance is not None and found.ceiling is not None:
        said.append(
            f"Averaged over what is believed of it, it is found with {100 * found.assurance:.1f} % (assurance); "
            f"no number of units can pass {100 * found.ceiling:.1f} %."
        )
    return said
