"""What may stand in a component's `config`, declared as data."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.learning.components.values import ValueKind
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Required:
    """There is no default."""

    def __repr__(self) -> str:
        """As it is written in a declaration."""
        return "REQUIRED"


REQUIRED = Required()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key of a config: the values it takes, what it means in a sentence, and what stands there if nothing does."""

    takes: ValueKind
    meaning: str = ""
    default: Json | Required = REQUIRED

    @property
    def is_optional(self) -> bool:
        """Whether it may be left out."""
        return not isinstance(self.default, Required)

    @property
    def fallback(self) -> Json:
        """The default. ValueError if there is none."""
        if isinstance(self.default, Required):
            raise ValueError("This parameter has no default.")
        return self.default

    def schema(self) -> dict[str, Json]:
        """JSON Schema with the meaning and the default."""
        more: dict[str, Json] = {} if isinstance(self.default, Required) else {"default": self.default}
        return {**self.takes.schema(), **({"description": self.meaning} if self.meaning else {}), **more}
