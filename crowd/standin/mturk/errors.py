"""The two errors of MTurk's model, and those that AWS puts before it."""

from __future__ import annotations

from crowd.standin.kernel.http import Refusal


class Refused(Refusal):
    """A call that MTurk does not carry out: ``code`` is the TurkErrorCode without its prefix."""

    status = 400
    kind = "RequestError"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = f"AWS.MechanicalTurk.{code}" if code else ""


class Invalid(Refused):
    """What the model of the service does not allow."""

    kind = "ValidationException"


class Unsigned(Refused):
    """No usable signature."""

    kind = "MissingAuthenticationTokenException"
    status = 403


class Unknown(Refused):
    """No such operation."""

    kind = "UnknownOperationException"


class Throttled(Refused):
    """Too many calls."""

    kind = "ThrottlingException"


class Faulty(Refused):
    """MTurk itself failed."""

    kind = "ServiceFault"
    status = 500


class Forbidden(Refused):
    """The key may not do this."""

    kind = "AccessDeniedException"
