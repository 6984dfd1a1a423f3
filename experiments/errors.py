"""How a rule says no: one sentence, and a way on."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.types import JsonObject


class Refusal(Exception):
    """A rule refused. Every door shows `message` and `hint`; the API adds `code` and `status`."""

    code = "refused"
    status = 409

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.code

    @property
    def details(self) -> JsonObject:
        """More than a sentence, for programs: members of the problem document."""
        return {}


class IllegalTransition(Refusal):
    """A status cannot follow another."""

    code = "illegal-transition"


class NotReady(Refusal):
    """An experiment's definition is not complete enough for what was asked."""

    code = "not-ready"
    status = 422

    def __init__(self, message: str, *, hint: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = problems


class Frozen(Refusal):
    """What data were collected under can no longer change."""

    code = "frozen"


class BadValue(Refusal):
    """A value does not fit what it is meant for: a measure, a parameter, a schedule."""

    code = "bad-value"
    status = 422


class Conflict(Refusal):
    """The same key was used for something else."""

    code = "conflict"


class Unknown(Refusal):
    """A name that does not exist in this experiment."""

    code = "unknown"
    status = 404


class Forbidden(Refusal):
    """The role in this study does not allow it."""

    code = "forbidden"
    status = 403


class Full(Refusal):
    """Every place is taken."""

    code = "full"


class Stale(Refusal):
    """Somebody changed it since it was read."""

    code = "stale"
    status = 412


class Invalid(Refusal):
    """Things to mend in what was sent. errors: {path, message} each, with hint, line and column where known."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, *, hint: str = "", errors: tuple[Mapping[str, str | int], ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.errors = errors
