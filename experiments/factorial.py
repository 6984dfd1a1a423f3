"""Full-factorial arms: one arm for each combination of the between-subject factors' levels, less the excluded ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

Level = str | int | float | bool

MOST_ARMS = 1_000
MOST_COMBINATIONS = 100_000
EVERYBODY = "all"


class FactorialError(ValueError):
    """The factors and exclusions make no usable set of arms.

    path: where ("factors[1].levels"). message: a sentence. hint: the way on.
    """

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__(path, message, hint)
        self.path = path
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


@dataclass(frozen=True)
class BetweenFactor:
    """A factor of which each unit meets one level."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class FactorialArm:
    """A combination of levels, by factor, in the factors' order; the name joins the levels."""

    name: str
    levels: Mapping[str, Level]


def factorial_arms(
    factors: Sequence[BetweenFactor], exclusions: Sequence[Mapping[str, Level | Sequence[Level]]] = ()
) -> tuple[FactorialArm, ...]:
    """The arms, in the order of the factors and their levels, the last factor changing fastest.

    An exclusion names levels of some factors (one, or a list of them); every combination that has them all is left
    out. Without factors there is one arm, ``all``. FactorialError for an unknown or repeated factor or level, for no
    arm left, and for more than 1,000 arms.

    >>> model, hint = BetweenFactor("model", ("linear", "forest")), BetweenFactor("hint", (True, False))
    >>> [arm.name for arm in factorial_arms([model, hint], [{"model": "linear", "hint": True}])]
    ['linear / false', 'forest / true', 'forest / false']
    """
    _check_factors(factors)
    _check_exclusions(factors, exclusions)
    arms = tuple(islice(_arms(factors, exclusions), MOST_ARMS + 1))
    if not arms:
        raise FactorialError("exclusions", "The exclusions leave no arm.", "Remove one of them.")
    if len(arms) > MOST_ARMS:
        raise _too_many(f"more than {MOST_ARMS:,} arms")
    return arms


def written(level: Level) -> str:
    """A level as people read it, and as arms are named by it: true as in YAML, 8 also for 8.0."""
    if isinstance(level, bool):
        return str(level).lower()
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)


def _arms(
    factors: Sequence[BetweenFactor], exclusions: Sequence[Mapping[str, Level | Sequence[Level]]]
) -> Iterator[FactorialArm]:
    names = [factor.name for factor in factors]
    for combination in product(*(factor.levels for factor in factors)):
        levels = dict(zip(names, combination, strict=True))
        if not any(_matches(levels, exclusion) for exclusion in exclusions):
            yield FactorialArm(" / ".join(map(written, combination)) or EVERYBODY, levels)


def _matches(levels: Mapping[str, Level], exclusion: Mapping[str, Level | Sequence[Level]]) -> bool:
    return all(written(levels[name]) in map(written, _listed(excluded)) for name, excluded in exclusion.items())


def _listed(excluded: Level | Sequence[Level]) -> Sequence[Level]:
    return excluded if isinstance(excluded, (list, tuple)) else (excluded,)


def _check_factors(factors: Sequence[BetweenFactor]) -> None:
    for i, factor in enumerate(factors):
        if factor.name in {other.name for other in factors[:i]}:
            raise FactorialError(f"factors[{i}].name", f"Two factors are called {factor.name}.", "Rename one.")
        path = f"factors[{i}].levels"
        if not factor.levels:
            raise FactorialError(path, f"The factor {factor.name} has no levels.", "Give it at least one.")
        names = [written(level) for level in factor.levels]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise FactorialError(path, f"The factor {factor.name} has the level {twice} twice.", "Remove one.")
    if (combinations := prod(len(factor.levels) for factor in factors)) > MOST_COMBINATIONS:
        raise _too_many(f"{combinations:,} combinations")


def _check_exclusions(
    factors: Sequence[BetweenFactor], exclusions: Sequence[Mapping[str, Level | Sequence[Level]]]
) -> None:
    known = {factor.name: [written(level) for level in factor.levels] for factor in factors}
    for i, exclusion in enumerate(exclusions):
        if not exclusion:
            raise FactorialError(f"exclusions[{i}]", "An empty exclusion would leave no arm.", "Remove it.")
        for name, excluded in exclusion.items():
            path = f"exclusions[{i}].{name}"
            if name not in known:
                hint = f"Between-subject factors: {', '.join(known) or 'none'}."
                raise FactorialError(path, f"There is no between-subject factor {name}.", hint)
            for level in _listed(excluded):
                if written(level) not in known[name]:
                    hint = f"Its levels: {', '.join(known[name])}."
                    raise FactorialError(path, f"The factor {name} has no level {written(level)}.", hint)


def _too_many(what: str) -> FactorialError:
    return FactorialError(
        "factors",
        f"The factors make {what}; at most {MOST_ARMS:,} arms can be handed out.",
        "Drop a factor or levels, exclude combinations, or make a factor within-subject.",
    )
