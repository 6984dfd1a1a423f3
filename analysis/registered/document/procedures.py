"""What a family's procedure asks of its questions: said when a plan is written, so that frozen ones still stand."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.registered.document.words import ContrastKind, Correction, Method, Plan, Question
from experiments.semantics_words import Finding

ONE_LOOK = "Dunnett's comparison is of one look: “{0}” is asked by {1}."
ONE_CONTROL = "Dunnett's comparison is of several arms with one control in one measure; “{0}” is not."


def procedure_findings(plan: Plan) -> Iterator[Finding]:
    """Path, sentence and hint of each family whose correction does not fit what it corrects."""
    known = {question.name: question for question in plan.questions}
    for index, family in enumerate(plan.families):
        if family.correction == Correction.DUNNETT:
            asked = [known[name] for name in family.questions if name in known]
            for message, hint in _dunnett(asked) if len(asked) > 1 else ():
                yield ("families", index, "correction"), message, hint


def _dunnett(asked: list[Question]) -> Iterator[tuple[str, str]]:
    late = next((each for each in asked if each.method != Method.FIXED), None)
    if late is not None:
        yield ONE_LOOK.format(late.name, late.method), "Use method fixed, or the correction holm."
        return
    first = asked[0]
    for each in asked:
        is_alike = _about(each) == _about(first) and each.contrast.kind == ContrastKind.ARM
        if not is_alike:
            yield ONE_CONTROL.format(each.name), "Use the correction holm, which needs nothing of the kind."
            return


def _about(question: Question) -> tuple[object, ...]:
    return question.measure, question.contrast.control, question.estimand, question.aim
