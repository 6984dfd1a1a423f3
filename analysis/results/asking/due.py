"""When a way that holds for one look may claim something: once, when the experiment is over and as large as planned."""

from __future__ import annotations

from typing import Final

from analysis.registered.document import Looks, LooksKind, Method, Question, Role
from analysis.results.asking.additive import weighs
from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import has_changed

AT_ANY_LOOK: Final = (Method.ANYTIME, Method.BAYES, Method.BAYES_FACTOR, Method.GROUP_SEQUENTIAL)
BELIEVED: Final = (Method.BAYES, Method.BAYES_FACTOR)
RUNNING: Final = "Nothing is claimed yet: this method holds for one look only, when the experiment is over."
CHANGING: Final = (
    "Nothing is claimed yet: units are measured again while you look, so this holds for one look only, when the "
    "experiment is over. Ask for each unit's first value (aggregate “first”) to look as often as you like."
)


def why_not_due(question: Question, setting: Setting) -> str:
    """A sentence; "" if it may claim. What is only explored claims nothing anyway."""
    if question.role == Role.EXPLORATORY:
        return ""
    if weighs(question, setting) or question.method in AT_ANY_LOOK:
        is_held = question.method in BELIEVED and not weighs(question, setting)
        return "" if is_held or setting.is_over or not has_changed(question, setting) else CHANGING
    return _short(setting.looks, setting.n_units) if setting.is_over else RUNNING


def _short(looks: Looks, n: int) -> str:
    """Whoever ends a study when the numbers please has looked more than once."""
    if looks.kind == LooksKind.ALWAYS or looks.units is None or n >= looks.units:
        return ""
    return (
        f"Nothing is claimed: one look was planned, after {looks.units:,} units, and it ended with {n:,}. "
        "Who ends a study when its numbers please finds differences that are not there."
    )
