"""Write something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, pick, single
from .errors import TOO_LONG, TOO_SHORT, refuse
from .props import prop

WORDS = ("the", "model", "seemed", "right", "because", "its", "reasons", "made", "sense", "to", "me", "here")


@dataclass(frozen=True, kw_only=True)
class FreeText(Question):
    """A line or a field of several lines. Answer: the text, trimmed. ``correct`` ignores case and outer spaces."""

    kind = "free_text"
    modules = ("participants/js/counter.js",)

    label: str = field(metadata=prop("The question.", low=1))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    rows: int = field(default=4, metadata=prop("Lines shown; 1 for a single-line field.", low=1, high=40))
    min_length: int = field(default=0, metadata=prop("Fewest characters of an answer.", low=0, high=10_000))
    max_length: int = field(default=2000, metadata=prop("Most characters.", low=1, high=20_000))
    placeholder: str = field(default="", metadata=prop("Example shown in the empty field."))
    autocomplete: Literal["off", "on"] = field(default="off", metadata=prop("Whether the browser may fill it in."))

    def check(self) -> list[Problem]:
        """Shortest is not above longest."""
        return [] if self.min_length <= self.max_length else [(".min_length", "must be at most max_length.")]

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The text with line ends as \\n, and without characters that no keyboard makes."""
        text = single(posted, name).replace("\r\n", "\n").replace("\x00", "")
        if not text:
            return missing(name, required=required)
        if len(text) < self.min_length:
            raise refuse(name, TOO_SHORT, low=self.min_length, length=len(text))
        if len(text) > self.max_length:
            raise refuse(name, TOO_LONG, high=self.max_length, length=len(text))
        return text

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field."""
        return {} if answer is None else {name: [str(answer)]}

    def drawn(self, stream: Stream) -> Json:
        """A few words, as long as they must be."""
        words = [pick(stream, WORDS) for _ in range(4 + int(stream.uniform() * 8))]
        while len(" ".join(words)) < self.min_length:
            words.append(pick(stream, WORDS))
        return " ".join(words)[: self.max_length].strip()

    def score(self, answer: Json, correct: Json) -> bool:
        """The same words, whatever their case."""
        wanted = correct if isinstance(correct, list | tuple) else [correct]
        given = " ".join(str(answer).casefold().split())
        return given in {" ".join(str(entry).casefold().split()) for entry in wanted}

    def summary(self) -> str:
        """The question."""
        return f'free text: "{self.label[:60]}"'
