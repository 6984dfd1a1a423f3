"""A setting, with the choices that made it: what a search that learns must know again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.learning.search.building import build
from analysis.learning.search.nodes import Built, Choose, Open
from analysis.learning.search.sampling import choosing
from analysis.learning.search.searches import Trial
from analysis.learning.search.space import Space
from experiments.chance import Stream

Choices = Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class Point:
    """choices: by the key of each place that was open: which option, or which share of the distribution."""

    built: Built
    choices: Choices


def made_by(space: Space, choose: Choose) -> Point:
    """The point that somebody chooses."""
    choices: dict[str, int | float] = {}

    def keep(place: Open) -> int | float:
        choices[place.key] = choose(place)
        return choices[place.key]

    return Point(build(space, keep), choices)


def random_point(space: Space, seed: int, label: str, number: int) -> Point:
    """Drawn, each place from a stream of its own."""
    return made_by(space, choosing(lambda place: Stream(seed, "search", label, number, place.key).uniform()))


def point_of(space: Space, trial: Trial) -> Point | None:
    """The point that a trial noted; None if the document has changed so that its choices make another setting."""
    noted = trial.note.get("params")
    if not isinstance(noted, Mapping):
        return None
    try:
        point = made_by(space, lambda place: _noted(noted, place))
    except LookupError:
        return None
    return point if point.built.digest == trial.setting else None


def _noted(noted: Mapping[str, object], place: Open) -> int | float:
    """LookupError if nothing was noted for the place, or no option has that number."""
    choice = noted[place.key]
    if place.distribution is None and choice not in range(len(place.options)):
        raise LookupError(place.key)
    if isinstance(choice, bool) or not isinstance(choice, int | float):
        raise LookupError(place.key)
    return choice
