"""What every display is, and what every question can do besides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, TypeVar, cast

from experiments.chance import Stream
from experiments.types import Json

from .errors import REQUIRED, PropsError, refuse
from .props import NOTHING, Reader, plain_props, show
from .schema import object_schema

Posted = Mapping[str, Sequence[str]]
Problem = tuple[str, str] | tuple[str, str, str]
T = TypeVar("T")

DISPLAYS: dict[str, type[Display]] = {}
"""Kind -> class. Filled in ``displays/__init__.py``: one line per kind."""


def pick(stream: Stream, options: Sequence[T]) -> T:
    """One of the options, each with the same chance."""
    return options[stream.below(len(options))]


def shuffled(seed: int | str, entries: Sequence[T], key: str) -> tuple[T, ...]:
    """The entries in an order that depends on the seed and the component's name alone."""
    return tuple(Stream(0, "display", seed, key).shuffle(entries))


@dataclass(frozen=True, kw_only=True)
class Display(ABC):
    """A thing a participant sees. Its props are its fields; the same props always make the same HTML."""

    kind: ClassVar[str]
    asks: ClassVar[bool] = False
    modules: ClassVar[tuple[str, ...]] = ()
    needs_inline_styles: ClassVar[bool] = False

    name: str = field(default="")

    @property
    def template(self) -> str:
        """The Django template that shows it."""
        return f"participants/displays/{self.kind}.html"

    @property
    def scripts(self) -> tuple[str, ...]:
        """Static files the page loads once for it: ES modules, or classic scripts under ``vendor/``."""
        return self.modules

    @property
    def styles(self) -> tuple[str, ...]:
        """Static style sheets beyond the page's own."""
        return ()

    def check(self) -> Iterable[Problem]:
        """What is wrong between the props: (path below this display such as ``.options``, message[, hint])."""
        return ()

    def arranged(self, seed: int | str) -> Self:
        """The display with its chance settled (shuffled options, sides). Same seed, same order; twice is as once."""
        return self

    @abstractmethod
    def summary(self) -> str:
        """One line for lists and differences."""

    def to_json(self) -> dict[str, Json]:
        """``{"kind": …, "props": …}``; ``from_json`` gives an equal display."""
        return {"kind": self.kind, "props": plain_props(self)}

    @classmethod
    def from_json(cls, raw: Mapping[str, object], *, name: str = "") -> Display:
        """The inverse of ``to_json``. PropsError if it is not one."""
        reader = Reader()
        made = cls.read_json(raw, "", reader, name=name)
        if reader.errors:
            raise reader.errors[0]
        return cast(Display, made)

    @classmethod
    def read_json(cls, raw: object, path: str, reader: Reader, *, name: str = "") -> object:
        """Read ``{"kind": …, "props": …}`` of any registered kind of this class."""
        if not isinstance(raw, Mapping):
            return reader.refuse(path or "display", f"must be an object with kind and props, not {show(raw)}.")
        stem = f"{path}." if path else ""
        for key in set(raw) - {"kind", "props"}:
            return reader.refuse(f"{stem}{key}", "is not known here.", "Known: kind, props.")
        found = find_kind(raw.get("kind"), f"{stem}kind", reader)
        if found is None:
            return NOTHING
        if not issubclass(found, cls):
            return reader.refuse(f"{stem}kind", f"must be a kind that asks, not {found.kind}.")
        props = raw.get("props", {})
        if not isinstance(props, Mapping):
            return NOTHING if reader.is_open(props) else reader.refuse(f"{stem}props", "must be an object.")
        return reader.build(found, props, f"{stem}props", name=name)

    @classmethod
    def json_schema(cls) -> dict[str, Json]:
        """Of a kind: the schema of its props. Of ``Display`` or ``Question`` itself: any member."""
        if hasattr(cls, "kind"):
            return cast("dict[str, Json]", cast(list[Json], object_schema(cls)["anyOf"])[0])
        kinds: list[Json] = [kind for kind, member in sorted(DISPLAYS.items()) if issubclass(member, cls)]
        properties: dict[str, Json] = {"kind": {"enum": kinds}, "props": {"type": "object"}}
        return {"type": "object", "required": ["kind"], "properties": properties}


def find_kind(kind: object, path: str, reader: Reader) -> type[Display] | None:
    """The class of a kind, or None with the error noted."""
    found = DISPLAYS.get(kind) if isinstance(kind, str) else None
    if found is None:
        reader.refuse(path, f"must be a kind of display, not {show(kind)}.", f"Known: {', '.join(sorted(DISPLAYS))}.")
    return found


@dataclass(frozen=True, kw_only=True)
class Question(Display):
    """A display that asks. Its answer is JSON; its fields are ``<name>`` or ``<name>.<row>``."""

    asks: ClassVar[bool] = True
    grouped: ClassVar[bool] = False
    """Whether it is shown as a group (fieldset and legend) rather than one input with a label."""

    label: str

    @abstractmethod
    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The answer in the posted fields; None if there is none and none is required. AnswerError if it won't do."""

    @abstractmethod
    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """The posted fields that ``read`` turns into this answer."""

    @abstractmethod
    def drawn(self, stream: Stream) -> Json:
        """An answer that a person might give."""

    def label_of(self, parts: Sequence[str]) -> str:
        """What the field below this question is called; ``parts`` are its name without the component's."""
        return self.label

    def score(self, answer: Json, correct: Json) -> bool:
        """Whether the answer is right; a list of ``correct`` answers accepts any of them."""
        if isinstance(correct, list | tuple) and not isinstance(answer, list | tuple):
            return answer in correct
        return answer == correct

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """The values to record: under "" the answer's one value, under row names those of a grid or form."""
        return {"": answer}

    def scripted(self, draw: Stream, *, preference: Json = None) -> dict[str, list[str]]:
        """Posted fields of a simulated participant; ``preference`` is an answer that forces its choice."""
        answer = self.drawn(draw) if preference is None else preference
        return self.post(answer, name=self.name)


def single(posted: Posted, name: str) -> str:
    """The one text posted under a name, trimmed; empty if there is none."""
    return next(iter(posted.get(name, ())), "").strip()


def missing(name: str, *, required: bool) -> Json:
    """No answer (None): fine if none is required."""
    if required:
        raise refuse(name, REQUIRED)
    return None


__all__ = ["DISPLAYS", "Display", "Posted", "PropsError", "Question", "Stream", "missing", "pick", "shuffled", "single"]
