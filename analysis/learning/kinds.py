"""Kinds that a document names: a frozen dataclass of its parameters, and the register that finds it by name.

Folds, strategies and metrics are written this way. To add one, from our house or yours: one dataclass, one decorator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from inspect import getdoc
from typing import ClassVar, Generic, Self, TypeVar

from analysis.learning.parameters import Fault, Parameter, Schema, SpecError, did_you_mean, must_be, read_all


class Kind:
    """A frozen dataclass whose fields, all with a default, are its ``parameters``."""

    name: ClassVar[str]
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    example: ClassVar[Mapping[str, object]]  # of what a document says, with the name

    @classmethod
    def read(cls, given: Mapping[str, object], path: str) -> Self:
        """From the parameters as a document gives them. SpecError with every fault."""
        strangers = [_stranger(cls, path, name) for name in given if name not in cls.parameters]
        known = {
            f"{path}.{name}": (cls.parameters[name], value) for name, value in given.items() if name in cls.parameters
        }
        try:
            values = read_all(known)
        except SpecError as wrong:
            raise SpecError([*strangers, *wrong.faults]) from None
        if strangers:
            raise SpecError(strangers)
        fields = {name: values[f"{path}.{name}"] for name in given}
        # Fields are declared by each kind, so mypy cannot see them here.
        kind = replace(cls(), **fields)  # type: ignore[type-var]
        kind.check(path)
        return kind

    def check(self, path: str) -> None:
        """Refuse parameters that do not go together, with a SpecError. Most kinds have none."""
        return


_K = TypeVar("_K", bound=Kind)


class Register(Mapping[str, type[_K]], Generic[_K]):
    """The kinds of one family by name. word: the key under which a document names one, such as ``kind``."""

    def __init__(self, word: str) -> None:
        self.word = word
        self._kinds: dict[str, type[_K]] = {}

    def register(self, kind: type[_K]) -> type[_K]:
        """Decorator. ValueError if another one has that name."""
        if self._kinds.setdefault(kind.name, kind) is not kind:
            raise ValueError(f"There is a {self.word} called {kind.name} already.")
        return kind

    def parse(self, spec: object, path: str) -> _K:
        """What ``spec`` says: a mapping that names the kind and gives its parameters. SpecError with every fault."""
        if not isinstance(spec, Mapping):
            raise must_be(path, f"a mapping with {self.word} and its parameters", spec)
        name = spec.get(self.word)
        if not isinstance(name, str) or name not in self._kinds:
            hint = did_you_mean(name, list(self._kinds))
            raise must_be(f"{path}.{self.word}", f"one of {', '.join(self._kinds)}", name, hint)
        given = {str(key): value for key, value in spec.items() if key != self.word}
        return self._kinds[name].read(given, path)

    def faults(self, spec: object, path: str) -> list[Fault]:
        """Everything that is wrong with ``spec``: (path, sentence)."""
        try:
            self.parse(spec, path)
        except SpecError as wrong:
            return list(wrong.faults)
        return []

    def json_schema(self) -> Schema:
        """The JSON Schema of what ``parse`` reads: one form per kind."""
        return {"oneOf": [self._form(kind) for kind in self._kinds.values()]}

    def _form(self, kind: type[_K]) -> Schema:
        properties = {name: parameter.schema() for name, parameter in kind.parameters.items()}
        return {
            "title": kind.name,
            "description": (getdoc(kind) or "").partition("\n")[0],
            "type": "object",
            "properties": {self.word: {"const": kind.name}, **properties},
            "required": [self.word],
            "additionalProperties": False,
        }

    def __getitem__(self, name: str) -> type[_K]:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def _stranger(kind: type[Kind], path: str, name: str) -> Fault:
    known = ", ".join(kind.parameters) or "none"
    hint = did_you_mean(name, list(kind.parameters), f"Its parameters: {known}.")
    return f"{path}.{name}", f"{path}.{name} is not a parameter of {kind.name}. {hint}"
