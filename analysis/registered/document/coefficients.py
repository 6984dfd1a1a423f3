"""What agreement, reliability, effect sizes and hazards need of a question, and what they may be asked of."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.registered.document.estimands import NAMED, EstimandKind
from analysis.registered.document.words import Aim, ContrastKind, Method, Question
from experiments.blueprint import Blueprint
from experiments.problems import did_you_mean, quoted
from experiments.semantics_words import Finding

OF_NAMES = ("cohen", "fleiss", "krippendorff_nominal")
DESCRIBED = (EstimandKind.AGREEMENT, EstimandKind.RELIABILITY)
WAY = {
    EstimandKind.AGREEMENT: Method.FIXED,
    EstimandKind.RELIABILITY: Method.FIXED,
    EstimandKind.EFFECT_SIZE: Method.FIXED,
    EstimandKind.HAZARD_RATIO: Method.SURVIVAL,
}
PAIRS = (ContrastKind.ARM, ContrastKind.FACTOR)


def coefficient_findings(question: Question) -> Iterator[Finding]:
    """Of the question alone."""
    estimand, kind = question.estimand, question.estimand.kind
    named = NAMED.get(kind, ())
    if (estimand.coefficient is not None) != bool(named) or (named and estimand.coefficient not in named):
        hint = f"One of {quoted(named)}." if named else "Remove it."
        yield (
            ("estimand", "coefficient"),
            f"The estimand “{kind}” {'needs one of its own' if named else 'has none'}.",
            hint,
        )
    if kind in WAY and question.method != WAY[kind]:
        yield ("method",), f"The estimand “{kind}” is known by one method.", f"Write method: {WAY[kind]}."
    if kind in DESCRIBED and question.contrast.kind != ContrastKind.VALUE:
        yield ("contrast", "kind"), f"“{kind}” is of a measure itself; nothing is compared.", "Write kind: value."
    if estimand.items and kind not in DESCRIBED:
        yield ("estimand", "items"), "Only agreement and reliability have further items.", "Remove them."
    if estimand.turned and kind != EstimandKind.RELIABILITY:
        yield ("estimand", "turned"), "Only the items of a scale can be turned round.", "Remove them."
    if estimand.seen is not None and question.method != Method.SURVIVAL:
        yield ("estimand", "seen"), "Only durations may be cut short.", "Write method: survival."
    yield from _compared(question)


def _compared(question: Question) -> Iterator[Finding]:
    estimand, contrast = question.estimand, question.contrast.kind
    if estimand.kind == EstimandKind.HAZARD_RATIO and contrast not in PAIRS:
        yield ("contrast", "kind"), "A ratio of hazards is of two groups.", "Use a contrast of arm or factor."
    if estimand.kind == EstimandKind.HAZARD_RATIO and question.aim not in (Aim.DIFFERENT, Aim.BETTER):
        yield ("aim",), "A margin of hazards is not computed here.", "Ask for restricted mean times with that margin."
    if estimand.kind == EstimandKind.EFFECT_SIZE:
        wanted = (ContrastKind.WITHIN,) if estimand.coefficient == "dz" else PAIRS
        if contrast not in wanted:
            yield ("contrast", "kind"), f"“{estimand.coefficient}” is not of this contrast.", f"Use {quoted(wanted)}."


def item_findings(question: Question, blueprint: Blueprint) -> Iterator[Finding]:
    """Of the measures that it names beside its own."""
    estimand, measures = question.estimand, blueprint.measures
    for index, name in enumerate(estimand.items):
        if name not in measures:
            yield ("estimand", "items", index), f"The experiment has no measure “{name}”.", did_you_mean(name, measures)
        elif measures[name].kind not in ("number", "boolean") and not is_of_names(question):
            yield ("estimand", "items", index), f"“{name}” is no number.", "This coefficient is of numbers."
    own = (question.measure, *estimand.items)
    for index, name in enumerate(estimand.turned):
        if name not in own:
            yield ("estimand", "turned", index), f"“{name}” is no item of this scale.", did_you_mean(name, own)
        elif name in measures and (measures[name].low is None or measures[name].high is None):
            yield ("estimand", "turned", index), f"“{name}” declares no range to be turned in.", "Give it low and high."
    if estimand.seen is not None and estimand.seen not in measures:
        hint = did_you_mean(estimand.seen, measures)
        yield ("estimand", "seen"), f"The experiment has no measure “{estimand.seen}”.", hint
    elif estimand.seen is not None and measures[estimand.seen].kind != "boolean":
        yield ("estimand", "seen"), f"“{estimand.seen}” says neither yes nor no.", "Name a measure of kind boolean."


def is_of_names(question: Question) -> bool:
    """Whether it may be asked of a choice or a text: agreement on categories without an order."""
    return question.estimand.kind == EstimandKind.AGREEMENT and question.estimand.coefficient in OF_NAMES
