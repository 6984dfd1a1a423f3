"""Which names a constraint may use: measures of the regime, groups of the data, and how many classes there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analysis.safety.constraints.meanings import meaning_of
from analysis.safety.reinforcement.measures import RETURNS
from analysis.safety.terms import Measure, Regime

ALIASES = {
    "classification": Regime.BINARY,
    "binary": Regime.BINARY,
    "multiclass": Regime.MULTICLASS,
    "supervised_learning": Regime.REGRESSION,
    "all": Regime.REINFORCEMENT,
}
FUNCTIONS: Mapping[str, int] = {"abs": 1, "exp": 1, "log": 1, "min": 2, "max": 2, "pow": 2}
"""How many arguments each takes."""


@dataclass(frozen=True, slots=True)
class Word:
    """A name that stands for a measure.

    subscripts: how many indices it may be given. first: the least index. what: what an index counts. meaning: in a
    sentence. range: of one value, infinite where the user has to declare it.
    """

    name: str
    subscripts: tuple[int, ...] = (0,)
    first: int = 0
    what: str = "class"
    meaning: str = ""
    range: tuple[float, float] = (-math.inf, math.inf)

    def example(self) -> str:
        """As it may be written."""
        shown = ",".join(str(self.first + k) for k in range(max(self.subscripts)))
        return f"{self.name}_[{shown}]" if shown else self.name

    def wants(self, regime: Regime) -> str:
        """What is said of a wrong number of indices."""
        if self.subscripts == (0,):
            return f"{self.name} has no subscript in {regime.value.replace('_', ' ')}: leave it out."
        indices = "one index" if max(self.subscripts) == 1 else "two indices"
        return f"{self.name} needs {indices}, each the number of a {self.what}: `{self.example()}`."


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What names mean in one place. groups, classes, rewards: None where nobody knows them (yet): then any will do."""

    regime: Regime
    words: Mapping[str, Word] = field(default_factory=dict)
    groups: tuple[str, ...] | None = ()
    classes: int | None = None
    rewards: int | None = None

    @classmethod
    def of(
        cls,
        regime: Regime | str,
        *,
        groups: Iterable[str] | None = (),
        measures: Mapping[str, Measure] | None = None,
        classes: int | None = None,
        rewards: int | None = None,
    ) -> Vocabulary:
        """The words of a regime. measures: None for those of the registry. ValueError if there is no such regime."""
        regime = named_regime(regime)
        named = None if groups is None else tuple(groups)
        return cls(regime, _words(regime, measures or registered()), named, classes, rewards)

    def count(self, word: Word) -> int | None:
        """How many things its index counts."""
        return self.rewards if word.what == "reward" else self.classes


def named_regime(name: str) -> Regime:
    """Also by the Seldonian Engine's names. ValueError if there is none."""
    try:
        return ALIASES.get(name) or Regime(name)
    except ValueError:
        known = ", ".join(Regime)
        raise ValueError(f"There is no regime {name!r}; there are {known}.") from None


def registered() -> Mapping[str, Measure]:
    """The registry; numpy comes with it, and only with it."""
    from analysis.safety.measures import MEASURES

    return MEASURES


def regimes_of(name: str) -> tuple[Regime, ...]:
    """Where that name would be a measure."""
    measures = registered()
    if name in measures:
        return tuple(sorted(measures[name].regimes))
    return (Regime.REINFORCEMENT,) if name in _returns() else ()


def _words(regime: Regime, measures: Mapping[str, Measure]) -> dict[str, Word]:
    words = {name: _word(measure, regime) for name, measure in measures.items() if regime in measure.regimes}
    if regime == Regime.REINFORCEMENT:
        words |= {name: word for name, word in _returns().items() if name not in words}
    return words


def _word(measure: Measure, regime: Regime) -> Word:
    like = measure.like()
    return Word(
        measure.name,
        (measure.subscripts(regime),),
        meaning=meaning_of(measure.name, type(measure).__doc__ or ""),
        range=(like.low, like.high),
    )


def _returns() -> dict[str, Word]:
    """Expected returns; with a subscript, of that alternative reward."""

    return {name: Word(name, (0, 1), 1, "reward", measure.meaning) for name, measure in RETURNS.items()}
