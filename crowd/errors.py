"""How the crowd's rules and its platforms say no."""

from __future__ import annotations

from experiments.errors import Refusal


class BudgetExceeded(Refusal):
    """It would cost more than the study may spend. Nothing was reserved."""

    code = "budget-exceeded"


class OwedOtherwise(Refusal):
    """The same thing is owed already, with another amount."""

    code = "owed-otherwise"


class NotConfirmed(Refusal):
    """Money or something irreversible, and nobody confirmed it as it stands."""

    code = "not-confirmed"


class BadTerms(Refusal):
    """A campaign's terms are not what a platform can post."""

    code = "bad-terms"
    status = 422


class NotGenuine(Refusal):
    """A message does not come from where it says. Nothing of it was believed."""

    code = "not-genuine"
    status = 403


class Excluded(Refusal):
    """Somebody may not take part here."""

    code = "excluded"


class StillNeeded(Refusal):
    """Somebody cannot be erased yet. Nothing was."""

    code = "still-needed"


class PlatformError(Exception):
    """A platform said no, or nothing. message: one sentence, without ids of people. hint: what somebody can do.

    Platforms end some sentences without a stop; pages put others behind them, so each gets one.
    """

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        self.message = message if message.endswith((".", "!", "?", "…")) else f"{message}."
        super().__init__(self.message)
        self.code = code
        self.hint = hint


class PlatformUnavailable(PlatformError):
    """No answer, throttled, or its own fault: trying again heals it. The call may have had its effect."""

    def __init__(self, message: str, *, code: str = "", hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, code=code, hint=hint)
        self.retry_after = retry_after


class PlatformRefused(PlatformError):
    """It will say the same again: stop, and show it."""


class AlreadyDone(PlatformRefused):
    """What was asked is so already: a success."""


class NeedsOperator(PlatformRefused):
    """Funds, permission, credentials: somebody has to do something at the platform; `hint` says what."""


class LivePlatform(Refusal, NeedsOperator):
    """A real platform would be called, and the account or the installation does not say that it may be."""

    code = "live-platform"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint, code="live-platform")
