"""A question with what it is asked of, and what was said to it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.registered.document import EstimandKind, Question
from analysis.results.asking.contrasts import contrasted
from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import awaiting, counted
from analysis.results.asking.sides import Contrasted
from analysis.statistics.words import Estimate, NoAnswer


@dataclass(frozen=True, slots=True)
class Said:
    """An estimate, or the sentence that says why there is none."""

    estimate: Estimate | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with both sides found. level: the error allowed of this one interval."""

    question: Question
    setting: Setting
    contrast: Contrasted
    level: float

    @property
    def is_relative(self) -> bool:
        """Whether the answer is a share of the control's mean."""
        return self.question.estimand.kind == EstimandKind.RELATIVE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question whose sides were looked for once: it is asked at several levels and in several ways.

    contrast: None where there is none, and why_not says so.
    """

    question: Question
    setting: Setting
    contrast: Contrasted | None
    why_not: str = ""

    @classmethod
    def of(cls, question: Question, setting: Setting) -> Prepared:
        """Of the units that count by now. Never raises NoAnswer."""
        own = counted(question, setting)
        try:
            return cls(question, own, contrasted(question, own))
        except NoAnswer as nothing:
            return cls(question, own, None, " ".join(each for each in (str(nothing), awaiting(own)) if each))
