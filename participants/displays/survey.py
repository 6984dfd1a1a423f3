"""A form of several questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self, cast

from experiments.types import Json

from .base import Posted, Problem, Question, Stream
from .errors import AnswerError, AnswerProblem
from .props import ANY, NOTHING, Reader, is_reference, prop, show

KNOWN = frozenset({"name", "kind", "props", "required"})


@dataclass(frozen=True)
class SurveyField:
    """One question of the form: ``{"name", "kind", "props", "required"}``."""

    name: str
    question: Question
    required: bool = True

    def to_json(self) -> dict[str, Json]:
        """The JSON that ``read_json`` reads back."""
        return {"name": self.name, **self.question.to_json(), "required": self.required}

    @classmethod
    def read_json(cls, raw: object, path: str, reader: Reader) -> object:
        """Read one field of the form."""
        if not isinstance(raw, Mapping):
            return reader.refuse(path, f"must be an object, not {show(raw)}.")
        for key in set(raw) - KNOWN:
            reader.refuse(f"{path}.{key}", "is not known here.", f"Known: {', '.join(sorted(KNOWN))}.")
        name = reader.read(str, raw.get("name", ""), f"{path}.name", prop("", low=1, high=60, named=True)["prop"])
        required = reader.read(bool, raw.get("required", True), f"{path}.required", ANY)
        inner = {key: raw[key] for key in ("kind", "props") if key in raw}
        question = Question.read_json(inner, path, reader, name=name if isinstance(name, str) else "")
        if NOTHING in (name, required, question) or is_reference(name):
            return NOTHING
        return cls(cast(str, name), cast(Question, question), cast(bool, required))

    @classmethod
    def json_schema(cls) -> dict[str, Json]:
        """Name, kind, props and whether an answer is required."""
        schema = dict(Question.json_schema())
        properties = cast("dict[str, Json]", schema["properties"])
        named: dict[str, Json] = {"name": {"type": "string"}, "required": {"type": "boolean", "default": True}}
        return {**schema, "required": ["name", "kind"], "properties": {**named, **properties}}


@dataclass(frozen=True, kw_only=True)
class Survey(Question):
    """Several questions as one form. Answer: ``{field: answer}``. Fields: ``<name>.<field>``."""

    kind = "survey"
    grouped: ClassVar[bool] = True

    label: str = field(metadata=prop("What the form is about.", low=1))
    fields: tuple[SurveyField, ...] = field(metadata=prop("The questions.", low=1, high=60))
    help: str = field(default="", metadata=prop("Markdown shown below the heading."))

    def check(self) -> list[Problem]:
        """Names differ, and no form stands in a form."""
        names = Counter(entry.name for entry in self.fields)
        problems: list[Problem] = []
        for position, entry in enumerate(self.fields):
            if names[entry.name] > 1:
                problems.append((f".fields[{position}].name", f"must be unique; {entry.name!r} stands twice."))
            if entry.question.kind in ("survey", "jspsych"):
                problems.append((f".fields[{position}].kind", f"must be a single question, not {entry.question.kind}."))
        return problems

    def arranged(self, seed: int | str) -> Self:
        """Each question with its chance settled."""
        done = tuple(replace(entry, question=entry.question.arranged(f"{seed}/{self.name}")) for entry in self.fields)
        return replace(self, fields=done)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of the questions."""
        return tuple(script for entry in self.fields for script in entry.question.scripts)

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """Every question's answer; all problems at once. ``required`` False makes every question voluntary."""
        answer: dict[str, Json] = {}
        problems: list[AnswerProblem] = []
        for entry in self.fields:
            try:
                value = entry.question.read(posted, name=f"{name}.{entry.name}", required=required and entry.required)
            except AnswerError as error:
                problems += error.problems
                continue
            if value is not None:
                answer[entry.name] = value
        if problems:
            raise AnswerError(*problems)
        return answer or None

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """The fields of every question."""
        posted: dict[str, list[str]] = {}
        given = answer if isinstance(answer, Mapping) else {}
        for entry in self.fields:
            posted |= entry.question.post(given.get(entry.name), name=f"{name}.{entry.name}")
        return posted

    def drawn(self, stream: Stream) -> Json:
        """An answer to every question."""
        return {entry.name: entry.question.drawn(stream) for entry in self.fields}

    def scripted(self, draw: Stream, *, preference: Json = None) -> dict[str, list[str]]:
        """As for any question; a preference may name only some of the fields."""
        forced = preference if isinstance(preference, Mapping) else {}
        return self.post({**cast("Mapping[str, Json]", self.drawn(draw)), **forced}, name=self.name)

    def score(self, answer: Json, correct: Json) -> bool:
        """Right if every field named in ``correct`` is."""
        if not isinstance(answer, Mapping) or not isinstance(correct, Mapping):
            return False
        questions = {entry.name: entry.question for entry in self.fields}
        return all(
            name in questions and questions[name].score(answer.get(name), wanted) for name, wanted in correct.items()
        )

    def label_of(self, parts: Sequence[str]) -> str:
        """The question of a field."""
        found = (entry.question.label_of(parts[1:]) for entry in self.fields if [entry.name] == list(parts[:1]))
        return next(found, self.label)

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """``field`` or ``field.row`` -> value."""
        found: dict[str, Json] = {}
        given = answer if isinstance(answer, Mapping) else {}
        for entry in self.fields:
            if entry.name in given:
                for row, value in entry.question.measurements(given[entry.name]).items():
                    found[f"{entry.name}.{row}" if row else entry.name] = value
        return found

    def summary(self) -> str:
        """The form and how many questions."""
        return f'survey: "{self.label[:60]}" ({len(self.fields)} questions)'
