"""Ways of answering one question: by chance, rightly, a number, a text, as an observer of the stimulus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from experiments.chance import Stream
from experiments.types import Json, JsonObject
from participants.flow.observer import Observer


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn. has_answer False: the model says nothing here, answer as a person without opinion would."""

    value: Json = None
    has_answer: bool = False


class Answer(Protocol):
    """How one question is answered."""

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """One answer. correct: the right one, options: all of them, where the question has such."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """Values with their probabilities, which add up to at most 1; the rest is left open."""

    values: tuple[Json, ...]
    probabilities: tuple[float, ...]

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """A value by its probability."""
        left = stream.uniform()
        for value, probability in zip(self.values, self.probabilities, strict=True):
            left -= probability
            if left < 0:
                return Drawn(value, True)
        return Drawn(self.values[-1], True) if math.fsum(self.probabilities) > 1 - 1e-9 else Drawn()


@dataclass(frozen=True, slots=True)
class Correct:
    """The right answer with this probability, else one of the others, each equally likely."""

    probability: float

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """Right or wrong. Says nothing where no right answer is known."""
        if correct is None:
            return Drawn()
        accepted = list(correct) if isinstance(correct, list | tuple) else [correct]
        others = [option for option in options if option not in accepted]
        if stream.uniform() < self.probability or not others:
            return Drawn(accepted[stream.below(len(accepted))], True)
        return Drawn(others[stream.below(len(others))], True)


@dataclass(frozen=True, slots=True)
class Number:
    """A normal number, drawn again while outside low to high, then moved to the nearest step from low."""

    mean: float
    sd: float
    low: float
    high: float
    step: float

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """The number; after 100 misses of the range its nearer end."""
        value = self.mean
        for _ in range(100):
            value = self.mean + self.sd * _normal(stream)
            if self.low <= value <= self.high:
                break
        return Drawn(self._settled(value), True)

    def _settled(self, value: float) -> Json:
        value = min(max(value, self.low), self.high)
        if self.step <= 0:
            return value
        start = self.low if math.isfinite(self.low) else 0.0
        number = round(start + round((value - start) / self.step) * self.step, 9)
        number = number if number <= self.high else number - self.step
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Observes:
    """Right, or a yes, by a psychometric function of the page's stimulus."""

    observer: Observer

    def facing(self, case: JsonObject, seed: int) -> Answer | None:
        """How the person of that session answers this stimulus; None if it has no intensity."""
        chance = self.observer.chance(case, seed)
        if chance is None:
            return None
        if self.observer.yes is None:
            return Correct(chance)
        return Chosen((self.observer.yes, self.observer.no), (chance, 1 - chance))

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """Nothing: without a stimulus there is nothing to see."""
        return Drawn()


@dataclass(frozen=True, slots=True)
class Text:
    """One of some texts."""

    texts: tuple[str, ...]

    def draw(self, stream: Stream, *, correct: Json = None, options: Sequence[Json] = ()) -> Drawn:
        """Each equally likely."""
        return Drawn(self.texts[stream.below(len(self.texts))], True)


def _normal(stream: Stream) -> float:
    """A standard normal number, by Box and Muller."""
    radius = math.sqrt(-2 * math.log(1 - stream.uniform()))
    return radius * math.cos(2 * math.pi * stream.uniform())
