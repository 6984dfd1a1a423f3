"""Of any set of answers that somebody picks, before or after seeing them: so many are real at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.registered.document import Role
from analysis.results.asking.analysis import Analysis, Answer
from analysis.statistics.multiplicity.closed import closed
from experiments.errors import Unknown
from experiments.problems import did_you_mean

METHOD = "closed_simes"


@dataclass(frozen=True, slots=True)
class Chosen:
    """at_least: of the questions named so many hold a real effect. family: how many were looked at in all.

    level: the chance that this is too much, for any of all sets that could have been named.
    """

    questions: tuple[str, ...]
    at_least: int
    family: int
    level: float

    @property
    def sentence(self) -> str:
        """For people."""
        n = len(self.questions)
        if not n:
            return "Nothing is chosen."
        if n == 1:
            return "The one chosen is real." if self.at_least else "It may be that the one chosen is not real."
        if not self.at_least:
            return f"Of the {n} chosen it may be that none is real."
        every = "all" if self.at_least == n else f"at least {self.at_least}"
        return f"Of the {n} chosen {every} {'is' if self.at_least == 1 else 'are'} real."

    @property
    def false_share(self) -> float:
        """At most that part of the chosen is not real."""
        return 1 - self.at_least / len(self.questions) if self.questions else 0.0


def asked_in(analysis: Analysis) -> tuple[Answer, ...]:
    """The family: all questions that claim something. Guardrails and what is explored are not among them."""
    return tuple(each for each in analysis.answers if each.question.role in (Role.PRIMARY, Role.SECONDARY))


def chosen_of(analysis: Analysis, names: Sequence[str]) -> Chosen:
    """Unknown for a question that is not of the family. What found no answer counts as p = 1."""
    family = asked_in(analysis)
    places = {answer.question.name: place for place, answer in enumerate(family)}
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in places:
            raise Unknown(f"“{name}” is no question that claims something.", hint=did_you_mean(name, places))
    p = [_p(answer) for answer in family]
    found = closed(p, level=analysis.plan.level).discoveries([places[name] for name in wanted]) if family else 0
    return Chosen(wanted, found, len(family), analysis.plan.level)


def _p(answer: Answer) -> float:
    return 1.0 if answer.alone_p is None else answer.alone_p
