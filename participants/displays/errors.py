"""How a display refuses its props, and how a question refuses an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class PropsError(ValueError):
    """The props of a display are wrong: where, what, and what to write instead."""

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__(f"{path}: {message}" + (f" {hint}" if hint else ""))
        self.path = path
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class AnswerProblem:
    """One thing to put right. ``message`` is an English message id with %(name)s places for ``params``."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return self.message % dict(self.params)


class AnswerError(ValueError):
    """An answer that cannot be taken, as a friendly, translatable sentence per field.

    ``message`` and ``params`` are those of the first problem; a grid or a form may carry several ``problems``.
    """

    def __init__(self, *problems: AnswerProblem) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = problems
        self.message = problems[0].message
        self.params = problems[0].params


def gettext_noop(message: str) -> str:
    """Mark a message for the translators; ``participants.rendering`` translates it when it is shown."""
    return message


def refuse(name: str, message: str, **params: object) -> AnswerError:
    """The error for one field."""
    return AnswerError(AnswerProblem(message, params, name))


REQUIRED = gettext_noop("Please answer this question.")
NOT_OFFERED = gettext_noop("Please choose one of the options shown.")
TOO_FEW = gettext_noop("Please choose at least %(low)s.")
TOO_MANY = gettext_noop("Please choose at most %(high)s.")
OTHER_TEXT = gettext_noop("Please write what you mean by the option you chose.")
NOT_A_NUMBER = gettext_noop("Please enter a number, for example 12.5.")
NOT_WHOLE = gettext_noop("Please enter a whole number.")
TOO_LOW = gettext_noop("Please enter %(low)s or more.")
TOO_HIGH = gettext_noop("Please enter %(high)s or less.")
OFF_STEP = gettext_noop("Please enter a number in steps of %(step)s.")
TOO_SHORT = gettext_noop("Please write at least %(low)s characters (now %(length)s).")
TOO_LONG = gettext_noop("Please write at most %(high)s characters (now %(length)s).")
NOT_ALL_RANKED = gettext_noop("Please give every entry a rank.")
RANK_TWICE = gettext_noop("Please give each rank to one entry only.")
NOT_A_DATE = gettext_noop("Please enter a date as year-month-day, for example 2026-05-31.")
TOO_EARLY = gettext_noop("Please enter %(low)s or a later date.")
TOO_LATE = gettext_noop("Please enter %(high)s or an earlier date.")
TASK_UNFINISHED = gettext_noop("Please finish the task before you go on.")
TASK_UNREADABLE = gettext_noop("The results of the task did not arrive whole. Please do it again.")
