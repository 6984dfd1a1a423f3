"""What a probe says."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``fail``: something promised does not work. ``warn``: it works, but not well or not for long."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``advice`` says what to do, and is empty only when all is well."""

    verdict: Verdict
    subject: str
    says: str
    advice: str = ""


def ok(subject: str, says: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, subject, says)


def warn(subject: str, says: str, advice: str) -> Finding:
    """It works, but."""
    return Finding(Verdict.WARN, subject, says, advice)


def fail(subject: str, says: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(Verdict.FAIL, subject, says, advice)
