"""Choose one option, or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, pick, shuffled, single
from .errors import NOT_OFFERED, OTHER_TEXT, TOO_FEW, TOO_LONG, TOO_MANY, refuse
from .options import Option, key_of, repeated
from .props import prop

LONGEST_OTHER = 500


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of several options as radio buttons or tiles, or several of them as checkboxes.

    Answer: the option's value; with ``multiple`` the list of values. Where ``other`` was chosen:
    ``{"value": "other", "text": …}`` stands for it.
    """

    kind = "choice"
    grouped = True
    modules = ("participants/js/choice.js",)

    label: str = field(metadata=prop("The question.", low=1))
    options: tuple[Option, ...] = field(metadata=prop("What can be chosen.", low=1, high=200))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    multiple: bool = field(default=False, metadata=prop("Several may be chosen."))
    min_choices: int | None = field(default=None, metadata=prop("Fewest, when several may be chosen.", low=0))
    max_choices: int | None = field(default=None, metadata=prop("Most, when several may be chosen.", low=1))
    appearance: Literal["list", "buttons", "inline"] = field(
        default="list", metadata=prop("A list, large buttons beside each other, or small ones in a line.")
    )
    shuffle: bool = field(default=False, metadata=prop("Draw the order of the options per participant and page."))
    other: str = field(default="", metadata=prop("Label of an extra option with a text field; empty: none."))

    def check(self) -> list[Problem]:
        """Values differ, and the limits can be met."""
        problems = repeated(self.options, ".options")
        if self.other and any(option.key == "other" for option in self.options):
            problems.append((".other", "cannot be used while an option has the value 'other'."))
        if not self.multiple and (self.min_choices is not None or self.max_choices is not None):
            problems.append((".multiple", "must be true where min_choices or max_choices is given."))
        if (self.min_choices or 0) > min(self.max_choices or len(self.offered), len(self.offered)):
            problems.append((".min_choices", f"must be possible with {len(self.offered)} options and max_choices."))
        return problems

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options with the extra one, which always comes last."""
        return (*self.options, Option("other", self.other)) if self.other else self.options

    def arranged(self, seed: int | str) -> Self:
        """The options in the order drawn, shuffle switched off."""
        options = shuffled(seed, self.options, self.name) if self.shuffle else self.options
        return replace(self, options=options, shuffle=False)

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The chosen value, or the list of them."""
        keys = [key.strip() for key in posted.get(name, ()) if key.strip()]
        if not keys:
            if self.min_choices and required:
                raise refuse(name, TOO_FEW, low=self.min_choices)
            return missing(name, required=required)
        chosen = [option for option in self.offered if option.key in keys]
        if len(chosen) != len(set(keys)) or (not self.multiple and len(chosen) > 1):
            raise refuse(name, NOT_OFFERED)
        self.count(chosen, name)
        values = [self.value_of(option, posted, name) for option in chosen]
        return values if self.multiple else values[0]

    def count(self, chosen: list[Option], name: str) -> None:
        """Neither too few nor too many."""
        if self.min_choices and len(chosen) < self.min_choices:
            raise refuse(name, TOO_FEW, low=self.min_choices)
        if self.max_choices and len(chosen) > self.max_choices:
            raise refuse(name, TOO_MANY, high=self.max_choices)

    def value_of(self, option: Option, posted: Posted, name: str) -> Json:
        """What is recorded for a chosen option."""
        if not self.other or option.key != "other":
            return option.value
        text = single(posted, f"{name}.other")
        if not text:
            raise refuse(f"{name}.other", OTHER_TEXT)
        if len(text) > LONGEST_OTHER:
            raise refuse(f"{name}.other", TOO_LONG, high=LONGEST_OTHER, length=len(text))
        return {"value": "other", "text": text}

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """Keys under the name, the text under ``<name>.other``."""
        if answer is None:
            return {}
        given = list(answer) if isinstance(answer, list | tuple) else [answer]
        texts = [str(value["text"]) for value in given if isinstance(value, Mapping)]
        keys = ["other" if isinstance(value, Mapping) else key_of(value) for value in given]
        return {name: keys} | ({f"{name}.other": texts[:1]} if texts else {})

    def drawn(self, stream: Stream) -> Json:
        """Any of the options; of several, at least as many as must be."""
        if not self.multiple:
            return pick(stream, self.options).value
        wanted = max(self.min_choices or 1, 1)
        most = min(self.max_choices or len(self.options), len(self.options))
        count = pick(stream, range(wanted, max(wanted, most) + 1))
        start = int(stream.uniform() * len(self.options))
        rotated = (*self.options[start:], *self.options[:start])[:count]
        return [option.value for option in self.options if option in rotated]

    def score(self, answer: Json, correct: Json) -> bool:
        """The right option (any of a list), or with ``multiple`` exactly the right ones in any order."""
        if not self.multiple or not isinstance(answer, list | tuple):
            return super().score(answer, correct)
        wanted = correct if isinstance(correct, list | tuple) else [correct]
        return sorted(map(key_of, answer)) == sorted(map(key_of, wanted))

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """The value; the free text of the extra option under ``other``."""
        if isinstance(answer, Mapping):
            return {"": answer["value"], "other": answer["text"]}
        if isinstance(answer, list | tuple):
            plain = [value["value"] if isinstance(value, Mapping) else value for value in answer]
            texts = [value["text"] for value in answer if isinstance(value, Mapping)]
            return {"": plain, "other": texts[0]} if texts else {"": plain}
        return {"": answer}

    def summary(self) -> str:
        """The question and how many options."""
        return f'choice: "{self.label[:60]}" ({len(self.offered)} options{", several" if self.multiple else ""})'
