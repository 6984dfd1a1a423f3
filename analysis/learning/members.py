"""Members of a family that a document names: folds, strategies, metrics. Each is a frozen dataclass of its parameters.

To add one, from our house or yours:

    @STOPPING.register
    @dataclass(frozen=True)
    class Goal(Stopping):
        '''Stop at a figure. (The first line is its title in the console, the rest its help.)'''

        name: ClassVar[str] = "goal"
        example: ClassVar[JsonObject] = {"kind": "goal", "value": 0.9}

        value: float = takes(Real(), "Where to stop.", 1.0)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from analysis.learning.components import ComponentError, Finding, Parameter, ValueKind
from analysis.learning.components.containers import closed, config_faults, read_config
from analysis.learning.components.templates import has_template
from experiments.problems import Path, did_you_mean
from experiments.types import Json, JsonObject

_M = TypeVar("_M", bound="Member")
_V = TypeVar("_V")


def takes(kind: ValueKind, meaning: str, default: _V, written: Json = None) -> _V:
    """A field that is a parameter: the values it takes, what it means in a sentence, and its default.

    written: the default as a document writes it, where that is not the same.
    """
    parameter = Parameter(kind, meaning, cast(Json, default) if written is None else written)
    made: _V = dataclasses.field(default=default, metadata={"parameter": parameter})
    return made


class Member:
    """A frozen dataclass whose fields, all made by ``takes``, are its parameters. It keeps no state."""

    name: ClassVar[str]
    example: ClassVar[JsonObject]  # as a document writes it, with its name

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """By name, in the order of the fields."""
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(cls)  # type: ignore[arg-type]  # each member is one
        return {field.name: field.metadata["parameter"] for field in fields}

    @classmethod
    def from_config(cls, config: JsonObject) -> Self:
        """With these parameters and the defaults of the others. Only for what has no faults and no sweep."""
        read = read_config(cls.parameters(), config)
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in read.items()})

    def disagreements(self) -> Iterator[Finding]:
        """Parameters that do not go together; most members have none. Paths begin at the parameter."""
        yield from ()


class Register(ValueKind, Generic[_M]):
    """The members of a family by name, and itself a kind of value: a mapping that names one and gives its parameters.

    word: the key under which a document names one, such as ``kind``. A bare name stands for the member with all
    defaults.
    """

    def __init__(self, word: str) -> None:
        self.word = word
        self.members: dict[str, type[_M]] = {}

    def register(self, member: type[_M]) -> type[_M]:
        """Decorator. ValueError if another one has that name."""
        if self.members.setdefault(member.name, member) is not member:
            raise ValueError(f"There is a {self.word} called {member.name} already.")
        return member

    def parse(self, spec: Json, path: Path = ()) -> _M:
        """The member that ``spec`` describes. ComponentError with every fault; ``path`` is where ``spec`` stands."""
        findings = [((*path, *rest), message, hint) for rest, message, hint in self.faults(spec)]
        if findings:
            raise ComponentError(findings)
        return self.read(spec)

    @property
    def inside(self) -> Inside[_M]:
        """The same as a parameter of one of its own members."""
        return Inside(self)

    def words(self) -> str:
        return f"{self.word}: one of {', '.join(self.members)}, with its parameters"

    def schema(self) -> dict[str, Json]:
        names: dict[str, Json] = {"enum": self.bare_names()}
        return {"anyOf": [names, *(self._form(member) for member in self.members.values())]}

    def fits(self, value: Json) -> bool:
        return isinstance(value, str | Mapping)

    def inner(self, value: Json) -> Iterator[Finding]:
        written = self.written(value)
        member = self.members.get(str(written.get(self.word)))
        if member is None:
            at: Path = (self.word,) if isinstance(value, Mapping) and self.word in value else ()
            yield at, f"There is no {self.word} “{written.get(self.word, '')}”.", self._known(written)
            return
        config = _without(written, self.word)
        found = list(config_faults(member.parameters(), config))
        yield from found
        if not found and not has_template(config):
            yield from member.from_config(config).disagreements()

    def read(self, value: Json) -> _M:
        written = self.written(value)
        return self.members[str(written[self.word])].from_config(_without(written, self.word))

    def written(self, value: Json) -> JsonObject:
        """A value that fits in its long form."""
        return value if isinstance(value, Mapping) else {self.word: value}

    def bare_names(self) -> list[str]:
        """What a bare text may say."""
        return list(self.members)

    def _known(self, written: JsonObject) -> str:
        return did_you_mean(written.get(self.word, ""), self.bare_names())

    def _form(self, member: type[_M]) -> dict[str, Json]:
        form = closed(member.parameters())
        title, _, rest = cleandoc(member.__doc__ or "").partition("\n")
        properties = {self.word: {"const": member.name}, **cast(JsonObject, form["properties"])}
        words: dict[str, Json] = {"title": member.name, "description": f"{title} {' '.join(rest.split())}".strip()}
        return {**words, **form, "properties": properties, "required": [self.word]}


class Inside(ValueKind, Generic[_M]):
    """A member within a member of the same family: read alike, but its schema does not go on for ever."""

    def __init__(self, family: Register[_M]) -> None:
        self.family = family

    def words(self) -> str:
        return self.family.words()

    def schema(self) -> dict[str, Json]:
        names: dict[str, Json] = {"enum": list(self.family.members)}
        word = self.family.word
        return {"anyOf": [names, {"type": "object", "properties": {word: names}, "required": [word]}]}

    def fits(self, value: Json) -> bool:
        return self.family.fits(value)

    def inner(self, value: Json) -> Iterator[Finding]:
        return self.family.inner(value)

    def read(self, value: Json) -> _M:
        return self.family.read(value)


def _without(written: JsonObject, word: str) -> JsonObject:
    return {name: value for name, value in written.items() if name != word}
