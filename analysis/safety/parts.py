"""What a document of a training under constraints may name, section by section, with its parameters: to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Final, cast

from analysis.learning.components import Parameter
from analysis.learning.members import Member, Register
from analysis.safety.terms import Regime
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

SECTIONS: Final[dict[str, str]] = {
    "data": "where the rows, or the episodes, come from",
    "model": "what is trained: a predictor, or a policy",
    "objective": "what is minimised, or is to be high",
    "bound": "how sure one is from so many values (in a constraint)",
    "optimiser": "how the candidate is sought",
}
EPISODIC: Final = (str(Regime.REINFORCEMENT),)
LABELLED: Final = tuple(str(one) for one in (Regime.BINARY, Regime.MULTICLASS, Regime.REGRESSION))


@dataclass(frozen=True, slots=True)
class Part:
    """One type that a section may name. regimes: in which it has a meaning; none named: in all."""

    section: str
    name: str
    title: str
    meaning: str
    regimes: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    example: JsonObject

    def as_json(self) -> JsonObject:
        """With the JSON Schema of every parameter."""
        schemas: dict[str, Json] = {name: parameter.schema() for name, parameter in self.parameters.items()}
        regimes: list[Json] = list(self.regimes)
        return {
            "section": self.section, "name": self.name, "title": self.title, "meaning": self.meaning,
            "regimes": regimes, "parameters": schemas, "example": self.example,
        }  # fmt: skip


def parts(section: str = "", name: str = "") -> list[Part]:
    """All, those of a section, or those of one name there. ValueError with the nearest word if there is none."""
    if section and section not in SECTIONS:
        raise ValueError(f"There is no section “{section}”. {did_you_mean(section, SECTIONS)}")
    found = [part for part in _all() if section in ("", part.section)]
    if name and not (named := [part for part in found if part.name == name]):
        raise ValueError(f"“{section}” has no type “{name}”. {did_you_mean(name, [part.name for part in found])}")
    return named if name else found


def _all() -> Iterator[Part]:
    """Asked for only now: numbers come with these."""
    from analysis.safety.bounds import BOUNDS
    from analysis.safety.loading import SOURCES
    from analysis.safety.models import MODELS
    from analysis.safety.objectives import OBJECTIVES
    from analysis.safety.optimisers import OPTIMISERS
    from analysis.safety.reinforcement.document import AIMS
    from analysis.safety.reinforcement.policies import POLICIES
    from analysis.safety.reinforcement.sources import EPISODES

    yield from _of(SOURCES, "data", LABELLED)
    yield from _of(EPISODES, "data", EPISODIC)
    yield from _of(MODELS, "model", LABELLED)
    yield from _of(POLICIES, "model", EPISODIC)
    yield from _of(OBJECTIVES, "objective", LABELLED)
    yield from _of(AIMS, "objective", EPISODIC)
    yield from _of(BOUNDS, "bound", ())
    yield from _of(OPTIMISERS, "optimiser", ())


def _of(register: Register[Any], section: str, regimes: tuple[str, ...]) -> Iterator[Part]:
    for name, member in cast("dict[str, type[Member]]", register.members).items():
        title, _, rest = cleandoc(member.__doc__ or "").partition("\n")
        own = tuple(sorted(str(regime) for regime in getattr(member, "regimes", ())))
        yield Part(section, name, title, " ".join(rest.split()), own or regimes, member.parameters(), member.example)
