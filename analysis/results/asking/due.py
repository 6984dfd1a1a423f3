"""When a way that holds for one look may claim something: once, when the experiment is over and as large as planned."""

from __future__ import annotations

from typing import Final

from analysis.registered.document import Looks, LooksKind, Method, Question, Role
from analysis.results.asking.additive import weighs
from analysis.results.asking.setting import Setting

AT_ANY_LOOK: Final = (Method.ANYTIME, Method.BAYES, Method.BAYES_FACTOR, Method.GROUP_SEQUENTIAL)
RUNNING: Final = "Nothing is claimed yet: this method holds for one look only, when the experiment is over."


def why_not_due(question: Question, setting: Setting) -> str:
    """A sentence; "" if it may claim. What is only explored claims nothing anyway."""
    if question.method in AT_ANY_LOOK or question.role == Role.EXPLORATORY or weighs(question, setting):
        return ""
    return _short(setting.looks, setting.n_units) if setting.is_over else RUNNING


def _short(looks: Looks, n: int) -> str:
    """Whoever ends a study when the numbers please has looked more than once."""
    if looks.kind == LooksKind.ALWAYS or looks.units is None or n >= looks.units:
        return ""
    return (
        f"Nothing is claimed: one look was planned, after {looks.units:,} units, and it ended with {n:,}. "
        "Who ends a study when its numbers please finds differences that are not there."
    )
