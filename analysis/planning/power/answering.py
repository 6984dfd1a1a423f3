"""One question about power, answered: the missing one of units, effect and power, with a sentence and a curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from math import ceil

import numpy as np

from analysis.planning.power.assurance import Belief, averaged, ceiling
from analysis.planning.power.design import MOST_UNITS, Design
from analysis.planning.power.looking import Looked, at_any_time, effect_seen, interpolated
from analysis.planning.power.solving import invited, least, smallest_effect, units, whole_units
from analysis.planning.power.watching import ONCE, Watch, inflation, watched
from analysis.statistics.words import NoAnswer

POINTS = 41
WATCHED = "power-watched"
LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class Asked:
    """Two of the three; the third is sought. drop_out: share of those let in who give no value.

    watch: how often one looks and may stop. belief: of the effect, for assurance. down: the effect sought is negative.
    looked: what looking at any time finds, where more is known of the values than the design says.
    """

    effect: float | None = None
    power: float | None = 0.8
    n: float | None = None
    drop_out: float = 0.0
    watch: Watch = ONCE
    belief: Belief | None = None
    down: bool = False
    looked: Looked | None = None

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
    planned = _open(design, asked) if asked.watch.is_open else _Planned(design, asked.watch)
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
        inflation=planned.factor(n, effect, power),
        expected_n=n * share,
        assurance=None if belief is None else averaged(planned.powers(n, belief), design, belief),
        ceiling=None if belief is None else ceiling(belief),
        sentence="",
        curve=tuple((size, planned.reached(float(size), effect)[0]) for size in _sizes(design, ceil(n))),
    )
    return replace(found, sentence=_sentence(found, design), remarks=tuple(_remarks(found, asked)))


@dataclass(frozen=True, slots=True)
class _Planned:
    """A design that is looked at once, or at planned looks."""

    design: Design
    watch: Watch

    def reached(self, n: float, effect: float) -> tuple[float, float]:
        """The chance to find the effect with n units in an arm, and the mean share of them that is used."""
        return watched(self.watch, self.design.level, self.design.sides, self.design.power(n, effect))

    def powers(self, n: float, _belief: Belief) -> Callable[[float], float]:
        """The chance to find any effect."""
        return lambda effect: self.reached(n, effect)[0]

    def factor(self, _n: float, _effect: float, power: float) -> float:
        """Units for one of a study that looks once."""
        least_power, most = self.design.level + 1e-6, 1 - 1e-6
        return inflation(self.watch, self.design.level, self.design.sides, min(max(power, least_power), most)).factor

    def solved(self, asked: Asked) -> tuple[float, float]:
        """n and effect."""
        low = _enough(self.design, asked)
        if asked.n is not None and asked.effect is not None:
            return asked.n, asked.effect
        power = float(asked.power or 0.8)
        factor = self.factor(0, 0, power)
        if asked.n is not None:
            return asked.n, smallest_effect(self.design, max(asked.n / factor, low), power, down=asked.down)
        effect = float(asked.effect or 0.0)
        n = whole_units(self.design, effect, power)
        if factor != 1:
            n = ceil(n * factor - 1e-9)
            while self.reached(n, effect)[0] < power:
                n += max(n // 500, 1)
        return n, effect


@dataclass(frozen=True, slots=True)
class _Open:
    """A design that is looked at whenever one likes."""

    design: Design
    looked: Looked

    def reached(self, n: float, effect: float) -> tuple[float, float]:
        """As of ``_Planned``."""
        if not effect:
            return self.design.level, 1.0  # at most
        course = self.looked(effect)
        return course.power(n), course.expected(n) / n

    def powers(self, n: float, belief: Belief) -> Callable[[float], float]:
        """The chance to find any effect of the believed direction: computed at ten, with lines between them."""
        return interpolated(self.looked, self.design, n, down=belief.mean < 0)

    def factor(self, n: float, effect: float, power: float) -> float:
        """Units for one of a study that looks once and is as powerful."""
        if not self.design.level < power < 1 - 1e-6 or not effect:
            return inflated(self, effect) if effect else 1.0
        return n / units(self.design, effect, power)

    def solved(self, asked: Asked) -> tuple[float, float]:
        """n and effect."""
        _enough(self.design, asked)
        if asked.n is not None and asked.effect is not None:
            return asked.n, asked.effect
        power = float(asked.power or 0.8)
        if asked.n is not None:
            return asked.n, effect_seen(self.looked, self.design, asked.n, power, down=asked.down)
        effect = float(asked.effect or 0.0)
        n = self.looked(effect).units(power) if effect else None
        if n is None or not units(self.design, effect, power) <= n:
            raise NoAnswer(
                f"No number of units finds an effect of {effect:g} with a chance of {power:g} by looking at any time: "
                "ask for a larger effect, or plan your looks."
            )
        return ceil(n - 1e-9), effect


def inflated(planned: _Open, effect: float) -> float:
    """Units for one of a study that looks once, at a power of 0.8."""
    n = planned.looked(effect).units(0.8)
    return 1.0 if n is None else n / units(planned.design, effect, 0.8)


def _open(design: Design, asked: Asked) -> _Open:
    return _Open(design, asked.looked or at_any_time(design))


def _enough(design: Design, asked: Asked) -> int:
    """The fewest units. ValueError if fewer are asked about, or more than can be computed with."""
    low = ceil(least(design))
    if asked.n is not None and not low <= asked.n <= MOST_UNITS:
        raise ValueError(f"n must be at least {low} units in an arm (and at most {MOST_UNITS:,.0f}), not {asked.n:g}.")
    return low


def _sizes(design: Design, n: int) -> list[int]:
    """Up to 41 numbers of units, from the fewest to twice n."""
    low = ceil(least(design))
    return [int(size) for size in np.unique(np.linspace(low, max(2 * n, 10, low + 1), POINTS).round().astype(int))]


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
            f"{asked.watch.sentence} That takes {found.inflation:.3g} times the units of a study that looks once, at "
            f"most; on average it stops after {found.expected_n:,.0f} in an arm if the effect is this large."
        )
    if found.assurance is not None and found.ceiling is not None:
        said.append(
            f"Averaged over what is believed of it, it is found with {100 * found.assurance:.1f} % (assurance); "
            f"no number of units can pass {100 * found.ceiling:.1f} %."
        )
    return said
