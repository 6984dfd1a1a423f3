"""Fill in a form as a person would: by the stated model where it says something, else anything the page allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from experiments.chance import Stream
from experiments.types import Json, JsonObject
from participants.displays.options import key_of
from participants.flow.answer_model import AnswerModel
from participants.flow.answer_ways import Answer, Correct, Observes
from participants.simulation.forms import Field, Form

ATTENTIVE = Correct(0.9)  # of those for whom no model is stated
SKIPS = 0.1  # how often a question that need not be answered is passed over
WORDS = ("I", "went", "by", "my", "first", "impression", "and", "then", "looked", "once", "more", "at", "the", "page")


@dataclass(frozen=True, slots=True)
class Insight:
    """What a page does not reveal. correct: right answers by component. drawn: fields of a scripted answer.

    case: the stimulus. seed: the session's, from which observers have their thresholds.
    """

    arm: str = ""
    step: str = ""
    correct: Mapping[str, Json] = field(default_factory=dict)
    drawn: Mapping[str, Sequence[str]] = field(default_factory=dict)
    case: JsonObject = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes: the stated model, what is known beyond the page, and the chance of this page."""

    model: AnswerModel
    insight: Insight
    stream: Stream

    def stated(self, asked: Field) -> list[str] | None:
        """What the model (or a person's wish to get a check right) says; None if nothing, or nothing on offer."""
        answer: Answer | None = self.model.answer_of(self.insight.arm, asked.name)
        if isinstance(answer, Observes):
            answer = answer.facing(self.insight.case, self.insight.seed)
        if answer is None and asked.name in self.insight.correct:
            answer = ATTENTIVE
        if answer is None:
            return None
        drawn = answer.draw(self.stream, correct=self._correct(asked.name), options=asked.options)
        if not drawn.has_answer:
            return None
        text = key_of(drawn.value)
        return [text] if not asked.options or text in asked.options else None

    def _correct(self, name: str) -> Json:
        """As the page writes it."""
        correct = self.insight.correct.get(name)
        if correct is None or isinstance(correct, Mapping):
            return None
        return [key_of(each) for each in correct] if isinstance(correct, list | tuple) else key_of(correct)


def fill(form: Form, pen: Pen) -> dict[str, list[str]]:
    """The fields to post beside the hidden ones."""
    filled: dict[str, list[str]] = {}
    ranks = _ranks(form, pen.stream)
    for asked in form.asked:
        if asked.other_of:
            chosen = "other" in filled.get(asked.other_of, ())
            filled[asked.name] = ["Something else"] if chosen else []
        elif asked.ranking:
            filled[asked.name] = [ranks[asked.name]]
        else:
            filled[asked.name] = pen.stated(asked) or _own(asked, pen)
    return {name: values for name, values in filled.items() if values}


def _own(asked: Field, pen: Pen) -> list[str]:
    """An answer of somebody without opinion."""
    if not asked.required and asked.kind in ("radio", "text", "textarea", "date") and pen.stream.uniform() < SKIPS:
        return []
    return HANDS[asked.kind](asked, pen)


def _ranks(form: Form, stream: Stream) -> dict[str, str]:
    """Every entry of a ranking gets a place of its own."""
    found: dict[str, str] = {}
    for number in {asked.ranking for asked in form.asked if asked.ranking}:
        names = [asked.name for asked in form.asked if asked.ranking == number]
        found |= {name: str(place) for place, name in enumerate(stream.shuffle(names), start=1)}
    return found


def _choose(asked: Field, pen: Pen) -> list[str]:
    return [asked.options[pen.stream.below(len(asked.options))]]


def _tick(asked: Field, pen: Pen) -> list[str]:
    most = min(asked.most or len(asked.options), len(asked.options))
    ticked = set(pen.stream.shuffle(asked.options)[: 1 + pen.stream.below(most)])
    return [option for option in asked.options if option in ticked]


def _write(asked: Field, pen: Pen) -> list[str]:
    if asked.low and asked.high:
        return [_number(float(asked.low), float(asked.high), float(asked.step or 0), pen.stream)]
    if asked.is_number:
        return _drawn(asked, pen) or ["5"]
    n = 3 + pen.stream.below(8)
    text = " ".join(WORDS[pen.stream.below(len(WORDS))] for _ in range(n))
    while len(text) < asked.least:
        text += " " + WORDS[pen.stream.below(len(WORDS))]
    return [text[: asked.most] if asked.most else text]


def _drawn(asked: Field, pen: Pen) -> list[str]:
    return list(pen.insight.drawn.get(asked.name, ()))


def _date(asked: Field, pen: Pen) -> list[str]:
    return _drawn(asked, pen) or [asked.low or asked.high or "2026-01-05"]


def _number(low: float, high: float, step: float, stream: Stream) -> str:
    if step <= 0:
        return f"{low + stream.uniform() * (high - low):.6g}"
    return f"{low + stream.below(int((high - low) / step + 1e-9) + 1) * step:.12g}"


HANDS: Mapping[str, Callable[[Field, Pen], list[str]]] = {
    "radio": _choose,
    "select": _choose,
    "checkbox": _tick,
    "text": _write,
    "textarea": _write,
    "date": _date,
    "task": _drawn,
}


def same_page(form: Form, stream: Stream) -> dict[str, list[str]]:
    """Another answer to the same page, from a second tab: other choices, the same hidden fields."""
    pen = Pen(AnswerModel(), Insight(), stream)
    choices = {asked.name: replace(asked, required=True) for asked in form.asked if asked.kind == "radio"}
    return {name: _choose(asked, pen) for name, asked in choices.items()}
