"""What was given, as the formulas take it: arms, groups, counts, events, records of durations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.durations.record import Record
from analysis.statistics.estimates.counts import Events
from analysis.statistics.estimates.proportions import Counted
from analysis.statistics.moments import Moments, computable, together
from analysis.statistics.words import NoAnswer
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Array, Given
from analysis.toolbox.computing.problems import BadInput, Problem


def arms(given: Given, role: str = "value") -> tuple[Array, Array]:
    """Values of control and treatment."""
    values, groups = given.numbers(role), given.groups()
    control, treatment = given.pair()
    return values[groups[control]], values[groups[treatment]]


def arm_moments(given: Given) -> tuple[Moments, Moments]:
    """The same in sums; from sums if those came."""
    known = group_moments(given)
    control, treatment = given.pair()
    return known[control], known[treatment]


def group_moments(given: Given) -> dict[str, Moments]:
    """Of every group, in the order in which groups come."""
    if given.has("value"):
        values = given.numbers("value")
        return {name: Moments.of(values[rows]) for name, rows in given.groups().items()}
    parts = moments_in_sums(given)
    return {name: together([parts[at] for at in np.flatnonzero(rows)]) for name, rows in given.groups().items()}


def moments_in_sums(given: Given) -> list[Moments]:
    """Of each row: its mean, standard deviation and n."""
    means, sds = computable(given.numbers("mean")), computable(given.numbers("sd"))
    rows = zip(means, sds, given.numbers("n"), strict=True)
    return [Moments(int(n), np.array([mean]), np.array([[sd**2 * max(n - 1, 0)]])) for mean, sd, n in rows]


def one(given: Given) -> Moments:
    """Of all values."""
    if given.has("value"):
        return Moments.of(given.numbers("value"))
    return together(moments_in_sums(given))


def group_values(given: Given) -> list[Array]:
    """Of every group."""
    values = given.numbers("value")
    return [values[rows] for rows in given.groups().values()]


def parts(given: Given, *roles: str) -> tuple[Moments, Moments]:
    """Several variables of control and treatment together."""
    groups, columns = given.groups(), _columns(given, roles)
    control, treatment = (Moments.of(*(column[groups[name]] for column in columns)) for name in given.pair())
    return control, treatment


def _columns(given: Given, roles: tuple[str, ...]) -> list[Array]:
    return [column for role in roles for column in given.several(role).values()]


def differences(given: Given) -> Array:
    """Second less first, within units."""
    return given.numbers("second") - given.numbers("first")


def treated(given: Given) -> tuple[NDArray[np.intp], Array]:
    """Rows of the two arms, and which of these are the treatment's (1, else 0)."""
    groups = given.groups()
    control, treatment = given.pair()
    rows = np.flatnonzero(groups[control] | groups[treatment])
    return rows, np.asarray(groups[treatment][rows], dtype=float)


def counted(given: Given) -> Counted:
    """Successes of units, of all rows together."""
    if given.has("answer"):
        answers = given.numbers("answer")
        return Counted(int(answers.sum()), len(answers))
    return _counted(given, np.ones(given.n, dtype=bool))


def counted_groups(given: Given) -> dict[str, Counted]:
    """By group."""
    if given.has("answer"):
        answers = given.numbers("answer")
        return {name: Counted(int(answers[rows].sum()), int(rows.sum())) for name, rows in given.groups().items()}
    return {name: _counted(given, rows) for name, rows in given.groups().items()}


def counted_arms(given: Given) -> tuple[Counted, Counted]:
    """Control's and treatment's."""
    known = counted_groups(given)
    control, treatment = given.pair()
    return known[control], known[treatment]


def _counted(given: Given, rows: np.ndarray) -> Counted:
    successes, units = given.numbers("successes"), given.numbers("units")
    beyond = np.flatnonzero(successes > units)
    if len(beyond):
        at = int(beyond[0])
        raise BadInput([Problem(f"More did it than there are: {successes[at]:g} of {units[at]:g} (row {at + 1}).")])
    total = int(units[rows].sum())
    if total > given.most_units:
        raise NoAnswer(f"These are {total:,} units; this method counts at most {given.most_units:,}: take another.")
    return Counted(int(successes[rows].sum()), total)


def events(given: Given) -> Events:
    """Of all rows together."""
    return _events(given, np.ones(given.n, dtype=bool))


def event_arms(given: Given) -> tuple[Events, Events]:
    """Control's and treatment's."""
    groups = given.groups()
    control, treatment = (_events(given, groups[name]) for name in given.pair())
    return control, treatment


def _events(given: Given, rows: np.ndarray) -> Events:
    exposure = float(given.numbers("exposure")[rows].sum())
    if not exposure > 0:
        raise NoAnswer("There is nothing yet that could have had events: an exposure above 0 is needed.")
    return Events(int(given.numbers("events")[rows].sum()), exposure)


def record(given: Given) -> Record:
    """Of all durations."""
    return Record.of(given.numbers("duration"), given.numbers("seen") if given.has("seen") else None)


def records(given: Given) -> dict[str, Record]:
    """By group."""
    durations, groups = given.numbers("duration"), given.groups()
    seen = given.numbers("seen") if given.has("seen") else np.ones(given.n)
    return {name: Record.of(durations[rows], seen[rows]) for name, rows in groups.items()}


def record_arms(given: Given) -> tuple[Record, Record]:
    """Control's and treatment's."""
    known = records(given)
    control, treatment = given.pair()
    return known[control], known[treatment]


def questions(given: Given) -> list[str]:
    """Their names, else their numbers."""
    return given.names("question") if given.has("question") else [str(place) for place in range(1, given.n + 1)]


def versus(given: Given) -> str:
    """Who against whom."""
    control, treatment = given.pair()
    return f"“{treatment}” against “{control}”"


def figures(name: str, **values: float | int | str | bool | None) -> Line:
    """A line of plain figures."""
    return Line(name, figures=values)


Way = Callable[[Given], object]
