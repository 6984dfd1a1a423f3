"""What an answer comes to: a verdict that the numbers bear, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from analysis.registered.document import Aim, ContrastKind, EstimandKind, Method, Question, Role
from analysis.results.asking.asked import Said
from analysis.statistics.methods import METHODS
from analysis.statistics.words import Estimate
from experiments.blueprint import MeasureSpec

NOTHING = 1e-300


class Verdict(StrEnum):
    """What may be claimed. open: nothing yet. none: there is no answer. described: nothing was to be claimed."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    NO_WORSE = "no_worse"
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"
    OPEN = "open"
    NONE = "none"
    DESCRIBED = "described"

    @property
    def word(self) -> str:
        """A word or two for a chip."""
        return TITLES[self]


TITLES = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.HIGHER: "higher",
    Verdict.LOWER: "lower",
    Verdict.NO_WORSE: "no worse",
    Verdict.EQUIVALENT: "equivalent",
    Verdict.DIFFERENT: "different",
    Verdict.OPEN: "still open",
    Verdict.NONE: "no answer",
    Verdict.DESCRIBED: "",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """verdict with its sentence."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a verdict rests on. said: at the level of the question alone. shared: at the level that it has in its
    family. adjusted_p: of its family's procedure; None where nothing is tested. level: of the family.

    not_due: why nothing may be claimed yet, whatever the numbers say; "" where it may.
    """

    said: Said
    shared: Said
    adjusted_p: float | None
    level: float
    not_due: str = ""


def judged(question: Question, measure: MeasureSpec | None, claim: Claim) -> Judged:
    """The verdict and its sentence. Nothing is claimed that the family's level does not allow."""
    found = claim.said.estimate
    if found is None:
        return Judged(Verdict.NONE, claim.said.why_not)
    verdict = _verdict(question, measure, found, claim)
    if claim.not_due and verdict not in (Verdict.OPEN, Verdict.DESCRIBED):
        return Judged(Verdict.OPEN, claim.not_due)
    return Judged(verdict, _sentence(question, measure, found, verdict))


def _verdict(question: Question, measure: MeasureSpec | None, found: Estimate, claim: Claim) -> Verdict:
    if question.contrast.kind == ContrastKind.VALUE:
        return Verdict.DESCRIBED
    shared = claim.shared.estimate or found
    if question.aim in (Aim.NON_INFERIOR, Aim.EQUIVALENT):
        return _within_margin(question, measure, shared)
    p = claim.adjusted_p
    if p is None or p > claim.level:
        return Verdict.OPEN
    if question.contrast.kind == ContrastKind.OMNIBUS or question.method == Method.ANOVA:
        return Verdict.DIFFERENT
    if found.holds(0.0):
        return Verdict.OPEN
    is_hazard = question.estimand.kind == EstimandKind.HAZARD_RATIO
    return _directed(measure, -found.value if is_hazard else found.value)


def _directed(measure: MeasureSpec | None, value: float) -> Verdict:
    direction = measure.direction if measure else "none"
    if direction == "none":
        return Verdict.HIGHER if value > 0 else Verdict.LOWER
    return Verdict.BETTER if (value > 0) == (direction == "up") else Verdict.WORSE


def _within_margin(question: Question, measure: MeasureSpec | None, found: Estimate) -> Verdict:
    """By the interval: all of it on the right side of the margin."""
    margin = question.margin or 0.0
    if question.aim == Aim.EQUIVALENT or measure is None or measure.direction == "none":
        return Verdict.EQUIVALENT if -margin < found.low and found.high < margin else _beyond(found, margin)
    worst, best = (found.low, found.high) if measure.direction == "up" else (-found.high, -found.low)
    if worst > -margin:
        return Verdict.NO_WORSE
    return Verdict.WORSE if best < -margin else Verdict.OPEN


def _beyond(found: Estimate, margin: float) -> Verdict:
    return Verdict.DIFFERENT if found.low > margin or found.high < -margin else Verdict.OPEN


def _sentence(question: Question, measure: MeasureSpec | None, found: Estimate, verdict: Verdict) -> str:
    relative = question.estimand.kind == EstimandKind.RELATIVE
    between = _between(found, relative)
    value, named = signed(found.value, relative), _named(question)
    if question.contrast.kind == ContrastKind.VALUE:
        named = (measure and measure.title) or question.measure
        return f"{_described(question, found, named)} is {plain(found.value)}, {between.replace('+', '')}."
    if question.estimand.kind in (EstimandKind.EFFECT_SIZE, EstimandKind.HAZARD_RATIO):
        value = f"{value} ({METHODS[found.method].title if found.method in METHODS else found.method})"
    told = {
        Verdict.OPEN: f"Still compatible with no difference: {named} {value}, {between}.",
        Verdict.NO_WORSE: f"No worse than the margin of {plain(question.margin or 0)} allows: {value}, {between}.",
        Verdict.EQUIVALENT: f"The same within {plain(question.margin or 0)}: {value}, {between}.",
        Verdict.DIFFERENT: f"There is a difference: {value}, {between}.",
    }
    if verdict == Verdict.OPEN and question.aim in (Aim.NON_INFERIOR, Aim.EQUIVALENT):
        return f"Not yet known whether it stays within {plain(question.margin or 0)}: {value}, {between}."
    if verdict == Verdict.OPEN and not found.holds(0.0):
        alone = f"Alone it would count as a difference ({value}, {between}), but beside the other questions"
        return f"{alone} of its family it is not one yet."
    exploring = " Explored, not confirmed." if question.role == Role.EXPLORATORY else ""
    return told.get(verdict, f"{_subject(question)} is {verdict.word}: {value}, {between}.") + exploring


def _described(question: Question, found: Estimate, named: str) -> str:
    """What a figure is that is held against nothing."""
    estimand = question.estimand
    if estimand.kind in (EstimandKind.AGREEMENT, EstimandKind.RELIABILITY):
        title = METHODS[found.method].title if found.method in METHODS else found.method
        return f"{title} of {named}"
    if estimand.kind == EstimandKind.QUANTILE:
        share = f"{100 * (estimand.p or 0.5):g} %"
        return (
            f"The time until {share} had it, {named},"
            if question.method == Method.SURVIVAL
            else f"The {share} quantile of {named}"
        )
    return f"The restricted mean of {named}" if question.method == Method.SURVIVAL else f"The mean of {named}"


def _between(found: Estimate, relative: bool) -> str:
    low, high = signed(found.low, relative), signed(found.high, relative)
    if found.low == -inf and found.high == inf:
        return "and nothing can be said yet of how far off that may be"
    if found.low == -inf:
        return f"and at most {high}"
    return f"and at least {low}" if found.high == inf else f"between {low} and {high}"


def _named(question: Question) -> str:
    contrast = question.contrast
    if contrast.kind == ContrastKind.ARM:
        return f"“{contrast.arm}” less “{contrast.control}” is"
    if contrast.kind in (ContrastKind.FACTOR, ContrastKind.WITHIN):
        return f"“{contrast.level}” less “{contrast.baseline}” is"
    return "it is"


def _subject(question: Question) -> str:
    contrast = question.contrast
    if contrast.kind == ContrastKind.ARM:
        return f"“{contrast.arm}”"
    if contrast.kind in (ContrastKind.FACTOR, ContrastKind.WITHIN):
        return f"{contrast.factor} “{contrast.level}”"
    return "The effect together"


def plain(value: float) -> str:
    """Four figures at most; a real minus sign. An end that only just leaves 0 out is 0.

    >>> plain(0.12345), plain(12345.6), plain(float("inf")), plain(-5e-324)
    ('0.1235', '12,346', 'no upper limit', '0')
    """
    if abs(value) < NOTHING:
        return "0"
    if value in (inf, -inf):
        return "no upper limit" if value > 0 else "no lower limit"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value: float, is_relative: bool = False) -> str:
    """With its sign; a share of the control's mean in percent.

    >>> signed(0.25, True), signed(3), signed(0)
    ('+25 %', '+3', '0')
    """
    text = plain(100 * value if is_relative else value)
    sign = "+" if 0 < value < inf else ""
    return f"{sign}{text}{' %' if is_relative and abs(value) < inf else ''}"
