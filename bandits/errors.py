"""How the allocation says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import BadValue, Refusal
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from bandits.policies import PolicyError
    from experiments.models import Experiment


class NotInExperiment(Refusal):
    """The policy leaves this unit out (coverage, layer)."""

    code = "not-in-experiment"


class BadSpec(BadValue):
    """A policy or a plan that somebody sent has a part that does not fit."""

    def __init__(self, error: PolicyError, *, called: str = "allocation") -> None:
        """called: the name by which the policy was sent, at the beginning of the path."""
        self.path = (
            called + error.path.removeprefix("allocation") if error.path.startswith("allocation") else error.path
        )
        super().__init__(
            error.message.replace(error.path, self.path, 1) if error.path else error.message, hint=error.hint
        )

    @property
    def details(self) -> JsonObject:
        """Where it is, for programs."""
        return {"errors": [{"path": self.path, "message": self.message}]}


class BudgetSpent(NotInExperiment):
    """What is left of the budget does not pay for what was asked."""

    code = "budget-spent"


class PlaceLost(Refusal):
    """The place was given to somebody else in the meantime."""

    code = "place-lost"


WAYS_ON = {"draft": "Start or rehearse it.", "paused": "Start it again."}


class NotOpen(Refusal):
    """The experiment lets nobody in now."""

    code = "not-open"

    @classmethod
    def because_of(cls, experiment: Experiment) -> NotOpen:
        """Of an experiment as it stands, with a way on that there is from there."""
        words = f"“{experiment.title}” is {experiment.standing} and lets nobody in."
        return cls(words, hint=WAYS_ON.get(experiment.status, "Duplicate it to go on."))


class TooLate(Refusal):
    """The decision's window for rewards has closed."""

    code = "too-late"

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="Send rewards within the window that the allocation declares.")


class CannotJudge(Refusal):
    """The log does not say whether a candidate is better."""

    code = "cannot-judge"


class Guarded(Refusal):
    """A policy that would go live without having been judged, or while another one is being let in."""

    code = "guarded"


class SwitchRefused(Refusal):
    """A candidate's lower bound does not beat the running policy. The refusal is recorded as switch ``number``."""

    code = "switch-refused"

    def __init__(self, message: str, *, number: int, numbers: Json) -> None:
        super().__init__(message, hint="Let the running policy collect more rewards, or propose another candidate.")
        self._details: JsonObject = {"switch": number, "numbers": numbers}

    @property
    def details(self) -> JsonObject:
        """The numbers."""
        return self._details


class NothingLogged(Refusal):
    """No decision of the log counts."""

    code = "nothing-logged"
    status = 422


class Unsupported(Refusal):
    """The log says nothing about what a policy would do."""

    code = "no-support"
    status = 422
