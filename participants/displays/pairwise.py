"""Choose one of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from experiments.types import Json

from .base import Display, Posted, Problem, Question, Stream, missing, pick, shuffled, single
from .errors import NOT_OFFERED, refuse
from .options import key_of
from .props import Scalar, prop


@dataclass(frozen=True)
class Side:
    """One of the two."""

    value: Scalar = field(metadata=prop("What is recorded."))
    label: str = field(metadata=prop("What the button says.", low=1))
    displays: tuple[Display, ...] = field(
        default=(), metadata=prop("What is shown above: {kind, props} each.", high=20)
    )

    @property
    def key(self) -> str:
        """The value as a form posts it."""
        return key_of(self.value)


@dataclass(frozen=True, kw_only=True)
class Pairwise(Question):
    """Two things side by side, one of which is chosen (or neither, where ``tie`` is given).

    Answer: ``{"value": chosen, "left": value shown on the left}``: so a preference for a side can be told
    from one for a thing. On a phone "left" is the one above.
    """

    kind = "pairwise"
    grouped = True

    label: str = field(metadata=prop("The question.", low=1))
    a: Side = field(metadata=prop("One of the two."))
    b: Side = field(metadata=prop("The other."))
    left: Literal["a", "b", "random"] = field(default="random", metadata=prop("Which stands on the left."))
    tie: str = field(default="", metadata=prop("Label of a third choice, recorded as tie; empty: none."))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))

    def check(self) -> list[Problem]:
        """The two differ, and show rather than ask."""
        problems: list[Problem] = []
        if self.a.key == self.b.key or "tie" in (self.a.key, self.b.key):
            problems.append((".b.value", "must differ from a.value, and neither may be 'tie'."))
        for letter, side in (("a", self.a), ("b", self.b)):
            problems += [
                (f".{letter}.displays[{row}].kind", f"must be a kind that shows, not {display.kind}.")
                for row, display in enumerate(side.displays)
                if display.asks
            ]
        return problems

    def arranged(self, seed: int | str) -> Self:
        """The side drawn, if it is to be."""
        letters: tuple[Literal["a", "b"], ...] = ("a", "b")
        return replace(self, left=shuffled(seed, letters, self.name)[0]) if self.left == "random" else self

    @property
    def sides(self) -> tuple[Side, Side]:
        """Left and right. A side not drawn yet shows a first."""
        return (self.b, self.a) if self.left == "b" else (self.a, self.b)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of the displays inside."""
        return tuple(script for side in self.sides for shown in side.displays for script in shown.scripts)

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """What was chosen, and what stood on the left."""
        key = single(posted, name)
        if not key:
            return missing(name, required=required)
        offered: dict[str, Scalar] = {side.key: side.value for side in self.sides} | (
            {"tie": "tie"} if self.tie else {}
        )
        if key not in offered:
            raise refuse(name, NOT_OFFERED)
        return {"value": offered[key], "left": self.sides[0].value}

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field; the side is known without."""
        if answer is None:
            return {}
        return {name: [key_of(answer["value"] if isinstance(answer, Mapping) else answer)]}

    def drawn(self, stream: Stream) -> Json:
        """One of the two."""
        return {"value": pick(stream, self.sides).value, "left": self.sides[0].value}

    def score(self, answer: Json, correct: Json) -> bool:
        """The right one was chosen, wherever it stood."""
        return super().score(answer["value"] if isinstance(answer, Mapping) else answer, correct)

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """The choice, and the side it was on: left, right or none."""
        if not isinstance(answer, Mapping):
            return {"": answer}
        value = answer["value"]
        side = "none" if value == "tie" else ("left" if value == answer["left"] else "right")
        return {"": value, "side": side}

    def summary(self) -> str:
        """The question and the two."""
        return f'pairwise: "{self.label[:60]}" ({self.a.label} | {self.b.label})'
