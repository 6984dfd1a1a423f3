"""What people are told who come from a platform; translated beside the other texts for participants."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _


def only_a_preview() -> str:
    """Accept first."""
    return _("This is a preview. Accept the work where you found it to take part.")


def give_back(platform: str) -> str:
    """How a place goes to somebody else."""
    if platform == "mturk":
        return _("Please return this HIT, so that somebody else can take it. Returning it does not count against you.")
    if platform == "prolific":
        return _("Please return your submission on Prolific, so that somebody else can take the place.")
    return _("There is nothing more to do.")


def paid_by_itself(amount: Decimal, currency: str) -> str:
    """A part of the reward, which needs nothing of them."""
    told = _("You will receive %(amount)s %(currency)s for your time; there is nothing more you need to do for it.")
    return told % {"amount": amount, "currency": currency}


def handed_in() -> str:
    """Over."""
    return _("Your work has been handed in. There is nothing more to do.")


def last_step(platform: str) -> tuple[str, str]:
    """(what is left, the label of its button)."""
    if platform == "mturk":
        return _("One last step: hand in the HIT. Only then can you be paid."), _("Hand in the HIT")
    if platform == "link":
        return _("Your answers are saved. Go back to where you found this study."), _("Go back")
    return (
        _("One last step: go back to Prolific, which takes the code along. Only then can you be paid."),
        _("Back to Prolific"),
    )


def compensation(*, is_theirs: bool) -> str:
    """On a posting that only pays people for what they did before."""
    if is_theirs:
        return _("You worked for us, and it was never handed in. Hand in this HIT, and you are paid for that work.")
    return _("This HIT pays somebody else for work done before. Please return it: it does not count against you.")
