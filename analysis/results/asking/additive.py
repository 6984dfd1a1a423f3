"""Which questions sums answer, and who must see every unit."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.registered.document import ContrastKind, EstimandKind, Method, Plan, Question, Role
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, OPEN, PROPENSITY, VERSION, attribute_of, share_of
from analysis.results.keeping.needs import Need, need_of


def weighs(question: Question, setting: Setting) -> bool:
    """Whether the answer must come from the stored chances: two arms' means, and a policy that learnt allocated."""
    plain = question.estimand.kind in (EstimandKind.ABSOLUTE, EstimandKind.RELATIVE)
    return setting.is_adaptive and plain and question.contrast.kind == ContrastKind.ARM


def waits_for_ends(question: Question, setting: Setting) -> bool:
    """Whether each unit must have its final value before it counts: what is said at many looks, unless first values
    are asked for. When the experiment is over nobody is waited for.
    """
    is_first = question.aggregate == "first" and question.estimand.kind != EstimandKind.RATIO
    if setting.is_over or (is_first and question.contrast.kind != ContrastKind.WITHIN):
        return False
    return question.method in (Method.ANYTIME, Method.GROUP_SEQUENTIAL) or weighs(question, setting)


def kept_of(question: Question, setting: Setting) -> Need | None:
    """Under what the setting's sums have all that the question asks; None if every unit must be seen: because of the
    method, because some are still under way, or because only the values can say why there is no answer.
    """
    need = need_of(question, setting.measures)
    if setting.sums is None or setting.closed or need is None or weighs(question, setting):
        return None
    if need not in setting.sums.needs or (setting.sums.n_open and waits_for_ends(question, setting)):
        return None
    known = setting.sums.known(need, None)
    lacks = bool(need.covariates) and (known.beside is None or known.beside.n < known.n)
    is_unmet = bool(need.within) and not known.n
    return None if known.bad or lacks or is_unmet else need


@dataclass(frozen=True, slots=True)
class Seen:
    """Of what every unit must be seen. measures: all that is kept of them. attributes: numbers and texts."""

    measures: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether any unit must be seen at all."""
        return bool(self.measures)

    def has(self, column: str) -> bool:
        """Whether that column is among it."""
        if column in (ARM, PROPENSITY, AT, VERSION, OPEN) or any(
            column == attribute_of(each) for each in self.attributes
        ):
            return True
        _, _, named = column.partition(":")
        return any(
            named == each or named.startswith(f"{each}@") or column.startswith(share_of(each, ""))
            for each in self.measures
        )


def seen_whole(plan: Plan, setting: Setting) -> Seen:
    """For which questions columns must be read: by stored chances, by order or rank, in slices, by models."""
    asked = [question for question in plan.questions if _is_sliced(plan, question) or not kept_of(question, setting)]
    measures = {name for each in asked for name in (each.measure, each.estimand.per) if name}
    attributes = {name for each in asked for name in each.covariates}
    return Seen(frozenset(measures), frozenset({*attributes, *(plan.slices if asked else ())}))


def _is_sliced(plan: Plan, question: Question) -> bool:
    return bool(plan.slices) and question.role == Role.PRIMARY
