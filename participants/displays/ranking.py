"""Put things in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, pick, shuffled, single
from .errors import NOT_ALL_RANKED, NOT_OFFERED, RANK_TWICE, refuse
from .options import Option, key_of, repeated
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Ranking(Question):
    """Entries to be ordered: by buttons, keys or dragging; by choosing ranks where there is no JavaScript.

    Answer: the values, best first. Fields: ``<name>.<value>`` holds the rank of an option, from 1.
    """

    kind = "ranking"
    grouped = True
    modules = ("participants/js/ranking.js",)

    label: str = field(metadata=prop("The question.", low=1))
    options: tuple[Option, ...] = field(metadata=prop("What is ordered.", low=2, high=30))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    first_label: str = field(default="", metadata=prop("What the top means; empty: nothing is said."))
    last_label: str = field(default="", metadata=prop("What the bottom means."))
    shuffle: bool = field(default=True, metadata=prop("Draw the order shown at first per participant and page."))

    def check(self) -> list[Problem]:
        """Values differ."""
        return repeated(self.options, ".options")

    def arranged(self, seed: int | str) -> Self:
        """The entries in the order drawn, shuffle switched off."""
        options = shuffled(seed, self.options, self.name) if self.shuffle else self.options
        return replace(self, options=options, shuffle=False)

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The values in the order of their ranks."""
        ranks = [single(posted, f"{name}.{option.key}") for option in self.options]
        if not any(ranks):
            return missing(name, required=required)
        if not all(ranks):
            raise refuse(name, NOT_ALL_RANKED)
        allowed = {str(rank) for rank in range(1, len(self.options) + 1)}
        if not set(ranks) <= allowed:
            raise refuse(name, NOT_OFFERED)
        if len(set(ranks)) < len(ranks):
            raise refuse(name, RANK_TWICE)
        ordered = sorted(zip(ranks, self.options, strict=True), key=lambda pair: int(pair[0]))
        return [option.value for _, option in ordered]

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One rank per entry."""
        if not isinstance(answer, list | tuple):
            return {}
        return {f"{name}.{key_of(value)}": [str(rank)] for rank, value in enumerate(answer, start=1)}

    def drawn(self, stream: Stream) -> Json:
        """Any order."""
        left = [option.value for option in self.options]
        ordered: list[Json] = []
        while left:
            ordered.append(left.pop(left.index(pick(stream, left))))
        return ordered

    def score(self, answer: Json, correct: Json) -> bool:
        """The same order."""
        return answer == correct

    def summary(self) -> str:
        """The question and how many entries."""
        return f'ranking: "{self.label[:60]}" ({len(self.options)} entries)'
