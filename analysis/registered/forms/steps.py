"""Steps of editing: a plan with a question or a family added, copied, moved or taken out. Nothing is saved by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from analysis.registered.document import Contrast, ContrastKind, Correction, Family, Plan, Question, Role

NEW = "New question"


@dataclass(frozen=True, slots=True)
class Stepped:
    """plan: as it is then. said: what was done. places: of each question the one that it had before; None: new."""

    plan: Plan
    said: str
    places: tuple[int | None, ...]
    focus: str


def step(plan: Plan, asked: str, known: Plan, measure: str) -> Stepped | None:
    """asked: such as `copy:2`. known: what could be asked besides. None for what is no such step."""
    word, _, place = asked.partition(":")
    number = int(place) if place.isdecimal() else 0
    if word in QUESTIONS and number < len(plan.questions):
        return QUESTIONS[word](plan, number)
    if word == "add":
        return _add(plan, known, measure)
    if word in FAMILIES and number < len(plan.families):
        return replace(FAMILIES[word](plan, number), places=tuple(range(len(plan.questions))))
    if word == "add-family":
        name = _free("family", [each.name for each in plan.families])
        added = replace(plan, families=(*plan.families, Family(name, (), Correction.HOLM)))
        focus = f"f-{len(plan.families)}-name"
        return Stepped(added, f"“{name}” is added.", tuple(range(len(plan.questions))), focus)
    return None


def _add(plan: Plan, known: Plan, measure: str) -> Stepped:
    """What the first question asks, explored; of an empty plan the mean of a measure."""
    first = (plan.questions or known.questions or (None,))[0]
    contrast = first.contrast if first else Contrast(ContrastKind.VALUE)
    name = _free(NEW, [each.name for each in plan.questions])
    fresh = Question(name, first.measure if first else measure, Role.EXPLORATORY, contrast)
    places = (*range(len(plan.questions)), None)
    added = replace(plan, questions=(*plan.questions, fresh))
    return Stepped(added, f"“{name}” is added at the end.", places, f"q-{len(plan.questions)}-name")


def _copy(plan: Plan, number: int) -> Stepped:
    own = plan.questions[number]
    name = _free(own.name, [each.name for each in plan.questions])
    questions = [*plan.questions[: number + 1], replace(own, name=name), *plan.questions[number + 1 :]]
    families = tuple(
        replace(each, questions=(*each.questions, name)) if own.name in each.questions else each
        for each in plan.families
    )
    places = (*range(number + 1), number, *range(number + 1, len(plan.questions)))
    copied = replace(plan, questions=tuple(questions), families=families)
    return Stepped(copied, f"“{own.name}” is copied as “{name}”.", places, f"q-{number + 1}-name")


def _move(by: int, word: str) -> Callable[[Plan, int], Stepped]:
    def moved(plan: Plan, number: int) -> Stepped:
        order, target = list(range(len(plan.questions))), max(0, min(len(plan.questions) - 1, number + by))
        order.insert(target, order.pop(number))
        questions = tuple(plan.questions[place] for place in order)
        said = f"“{plan.questions[number].name}” is number {target + 1} now."
        return Stepped(replace(plan, questions=questions), said, tuple(order), f"{word}-{target}")

    return moved


def _remove(plan: Plan, number: int) -> Stepped:
    own = plan.questions[number]
    places = tuple(place for place in range(len(plan.questions)) if place != number)
    families = tuple(
        replace(each, questions=tuple(name for name in each.questions if name != own.name)) for each in plan.families
    )
    left = replace(plan, questions=tuple(plan.questions[place] for place in places), families=families)
    return Stepped(left, f"“{own.name}” is taken out.", places, "add-question")


def _move_family(by: int, word: str) -> Callable[[Plan, int], Stepped]:
    def moved(plan: Plan, number: int) -> Stepped:
        order, target = list(plan.families), max(0, min(len(plan.families) - 1, number + by))
        own = order.pop(number)
        order.insert(target, own)
        left = replace(plan, families=tuple(order))
        return Stepped(left, f"“{own.name}” is number {target + 1} now.", (), f"{word}-{target}")

    return moved


def _remove_family(plan: Plan, number: int) -> Stepped:
    own = plan.families[number]
    left = replace(plan, families=tuple(each for each in plan.families if each is not own))
    return Stepped(
        left, f"“{own.name}” is taken out; give its questions another family, or another role.", (), "add-family"
    )


def _free(name: str, taken: list[str]) -> str:
    """With a number, if there is one of that name."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


QUESTIONS: Mapping[str, Callable[[Plan, int], Stepped]] = {
    "copy": _copy,
    "up": _move(-1, "up"),
    "down": _move(1, "down"),
    "remove": _remove,
}
FAMILIES: Mapping[str, Callable[[Plan, int], Stepped]] = {
    "family-up": _move_family(-1, "family-up"),
    "family-down": _move_family(1, "family-down"),
    "remove-family": _remove_family,
}
