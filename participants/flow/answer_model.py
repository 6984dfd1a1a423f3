"""Stated models of how simulated participants answer: what they choose, how sure they are, how long they take.

The file (examples/trust_in_explanations/answers.yaml is one):

    default:                        for every arm
      trusted: {choice: {k: 0.5, m: 0.5}}                       value: probability; the rest of 1 is any answer at all
      confidence: {number: {mean: 60, sd: 20, low: 0, high: 100, step: 1}}
      reasons: {text: [The bars., I guessed.]}                  each equally likely
      side: {observer: {x: contrast, threshold: 0.1, spread: 0.4, slope: 3, guess: 0.5}}   right by a Weibull curve
      duration: {number: {mean: 9, sd: 4, low: 2, high: 60}}    seconds on a page, a name of its own
    arms:
      attributions:                 what differs in this arm
        trusted: {correct: 0.75}                                probability of the right answer
        background.age: {choice: {18-29: 0.5, 30-44: 0.5}}      a field of a survey, a row of a grid
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from experiments.chance import Stream
from experiments.problems import Path, Positions, Problem, StudyFileError, did_you_mean
from experiments.types import Json, JsonObject
from participants.flow.answer_ways import Answer, Chosen, Correct, Drawn, Number, Observes, Text
from participants.flow.observer import FORMS, NUMBERS, Observer

DURATION = "duration"


@dataclass(frozen=True)
class AnswerModel:
    """How participants answer in each arm."""

    default: Mapping[str, Answer] = field(default_factory=dict)
    arms: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)

    @classmethod
    def parse(cls, document: Json, positions: Positions | None = None) -> AnswerModel:
        """From the document of a file. StudyFileError with every problem."""
        reading = _Reading(positions or Positions())
        model = reading.model(document)
        if reading.problems:
            raise StudyFileError(sorted(reading.problems, key=lambda problem: (problem.line, problem.column)))
        return model

    def answer_of(self, arm: str, component: str) -> Answer | None:
        """The arm's own answer, else the default, else none."""
        return self.arms.get(arm, {}).get(component) or self.default.get(component)

    def draw(
        self, arm: str, component: str, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()
    ) -> Drawn:
        """One answer of somebody in that arm; of a form or grid with stated parts (`form.age`): {part: answer}."""
        answer = self.answer_of(arm, component)
        if answer is not None:
            return answer.draw(stream, correct=correct, options=options)
        drawn = {part: self.draw(arm, f"{component}.{part}", stream) for part in self._parts_of(arm, component)}
        parts = {part: each.value for part, each in drawn.items() if each.has_answer}
        return Drawn(parts, True) if parts else Drawn()

    def _parts_of(self, arm: str, component: str) -> list[str]:
        """The parts that are stated for a component, in a fixed order."""
        names = sorted({*self.default, *self.arms.get(arm, {})})
        return [name.removeprefix(f"{component}.") for name in names if name.startswith(f"{component}.")]

    def seconds(self, arm: str, step: str, stream: Stream) -> float | None:
        """How long somebody stays on a page of that step; `duration.STEP` comes before `duration`. None: not stated."""
        drawn = self.draw(arm, f"{DURATION}.{step}", stream)
        drawn = drawn if drawn.has_answer else self.draw(arm, DURATION, stream)
        return float(drawn.value) if isinstance(drawn.value, int | float) else None


@dataclass
class _Reading:
    """Reads the document and collects what is wrong."""

    positions: Positions
    problems: list[Problem] = field(default_factory=list)

    def model(self, document: Json) -> AnswerModel:
        parts = self.mapping(document, ())
        for key in parts:
            if key not in ("default", "arms"):
                self.refuse((key,), f"The key “{key}” is not known here.", did_you_mean(key, ["default", "arms"]))
        arms = self.mapping(parts.get("arms") or {}, ("arms",))
        return AnswerModel(
            default=self.answers(parts.get("default") or {}, ("default",)),
            arms={name: self.answers(entry, ("arms", name)) for name, entry in arms.items()},
        )

    def answers(self, value: Json, path: Path) -> dict[str, Answer]:
        found = {name: self.answer(entry, (*path, name)) for name, entry in self.mapping(value, path).items()}
        return {name: answer for name, answer in found.items() if answer is not None}

    def answer(self, value: Json, path: Path) -> Answer | None:
        entry = self.mapping(value, path)
        kinds: dict[str, Callable[[Json, Path], Answer | None]] = {
            "choice": self.chosen,
            "correct": self.correct,
            "number": self.number,
            "text": self.text,
            "observer": self.observer,
        }
        if len(entry) != 1 or next(iter(entry)) not in kinds:
            hint = "Write choice: {value: p}, correct: p, number: {mean, sd, low, high}, text: [...] or observer: {…}."
            self.refuse(path, "One way of answering is needed.", hint)
            return None
        (kind, content), *_ = entry.items()
        return kinds[kind](content, (*path, kind))

    def chosen(self, value: Json, path: Path) -> Answer | None:
        entry = self.mapping(value, path)
        probabilities = [self.probability(each, (*path, name)) for name, each in entry.items()]
        if not entry:
            self.refuse(path, "There is nothing to choose.", "Write value: probability.")
            return None
        if math.fsum(probabilities) > 1 + 1e-9:
            self.refuse(path, f"The probabilities add up to {math.fsum(probabilities):g}.", "They may add up to 1.")
        return Chosen(tuple(_plain(name) for name in entry), tuple(probabilities))

    def correct(self, value: Json, path: Path) -> Answer:
        return Correct(self.probability(value, path))

    def number(self, value: Json, path: Path) -> Answer | None:
        entry = self.mapping(value, path)
        known = {"mean": None, "sd": None, "low": -math.inf, "high": math.inf, "step": 0.0}
        for key in entry:
            if key not in known:
                self.refuse((*path, key), f"The key “{key}” is not known here.", did_you_mean(key, known))
        numbers = {key: self.real(entry.get(key, default), (*path, key)) for key, default in known.items()}
        if numbers["sd"] < 0 or numbers["step"] < 0:
            self.refuse(path, "sd and step cannot be negative.", "Write 0 or more.")
        if numbers["low"] >= numbers["high"]:
            self.refuse(path, "low is not below high.", "Swap them.")
        return Number(**numbers)

    def observer(self, value: Json, path: Path) -> Answer | None:
        entry = self.mapping(value, path)
        known = ("x", "form", "yes", "no", *NUMBERS)
        for key in entry:
            if key not in known:
                self.refuse((*path, key), f"The key “{key}” is not known here.", did_you_mean(key, known))
        numbers = {key: self.real(entry.get(key, default), (*path, key)) for key, default in NUMBERS.items()}
        x, form = entry.get("x"), str(entry.get("form", FORMS[0]))
        if not isinstance(x, str):
            self.refuse(path, "An observer looks at an attribute of the stimulus.", "Write x: its name.")
        if form not in FORMS:
            self.refuse((*path, "form"), f"“{form}” is no curve.", did_you_mean(form, FORMS))
        self.curve(form, numbers, path)
        return Observes(Observer(str(x), form, **numbers, yes=entry.get("yes"), no=entry.get("no")))

    def curve(self, form: str, numbers: Mapping[str, float], path: Path) -> None:
        if numbers["threshold"] <= 0 and form == "weibull":
            self.refuse((*path, "threshold"), "A Weibull threshold is above 0.", "Use form: logistic or normal.")
        if min(numbers["guess"], numbers["lapse"]) < 0 or numbers["guess"] + numbers["lapse"] >= 1:
            self.refuse(path, "guess and lapse leave no room for seeing.", "Both at least 0, together below 1.")
        if numbers["slope"] <= 0 or numbers["spread"] < 0:
            self.refuse(path, "A slope is above 0 and a spread at least 0.", "Write such numbers.")

    def text(self, value: Json, path: Path) -> Answer | None:
        texts = tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
        if not texts:
            self.refuse(path, "A list of texts is needed.", "Write text: [One., Another.].")
            return None
        return Text(texts)

    def probability(self, value: Json, path: Path) -> float:
        number = self.real(value, path)
        if not 0 <= number <= 1:
            self.refuse(path, f"{number:g} is no probability.", "Write a number from 0 to 1.")
        return number

    def real(self, value: Json, path: Path) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self.refuse(path, "A number is needed here.", f"Write {path[-1]}: a number.")
        return 0.0

    def mapping(self, value: Json, path: Path) -> JsonObject:
        if isinstance(value, Mapping):
            return value
        self.refuse(path, "A mapping (key: value) is needed here.", "Write key: value, indented.")
        return {}

    def refuse(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(self.positions.problem(path, message, hint))


def _plain(key: str) -> Json:
    """Keys of a file are texts; what reads as a number or truth value is meant as one."""
    if key in ("true", "false"):
        return key == "true"
    if re.fullmatch(r"-?[0-9]{1,15}", key):
        return int(key)
    return float(key) if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", key) else key
