"""What may be done about what we want and what we saw: one call each, or none."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from crowd.reconcile.words import PostingWish, SubmissionWish


class Action(StrEnum):
    """One step. LOOK and FIND read; whatever follows them in this list changes something at the platform."""

    NOTHING = "nothing"  # it is as we want it
    WAIT = "wait"  # it comes by itself; reading goes on
    ASK = "ask"  # it never comes by itself: somebody has to decide
    LOOK = "look"
    FIND = "find"  # by our token: we do not know its id
    PUBLISH = "publish"
    ADD_PLACES = "add_places"
    OPEN = "open"
    PAUSE = "pause"
    CLOSE = "close"
    REMOVE = "remove"
    APPROVE = "approve"
    OVERRIDE = "override"  # approve what was rejected
    REJECT = "reject"
    ASK_RETURN = "ask_return"
    COMPLETE = "complete"


Wish = PostingWish | SubmissionWish

CALLS: Final = frozenset(Action) - {Action.NOTHING, Action.WAIT, Action.ASK}
ACTS: Final = CALLS - {Action.LOOK, Action.FIND}

SPENDS: Final = frozenset({Action.PUBLISH, Action.ADD_PLACES, Action.OPEN, Action.APPROVE, Action.OVERRIDE})
"""What needs funds; the rest is possible, and often urgent, without."""

DECIDED_BY: Final[dict[Action, frozenset[Wish]]] = {
    Action.PUBLISH: frozenset({PostingWish.OPEN}),
    Action.ADD_PLACES: frozenset({PostingWish.OPEN}),
    Action.OPEN: frozenset({PostingWish.OPEN}),
    Action.CLOSE: frozenset({PostingWish.CLOSED, PostingWish.GONE}),
    Action.REMOVE: frozenset({PostingWish.GONE}),
    Action.APPROVE: frozenset({SubmissionWish.APPROVED}),
    Action.OVERRIDE: frozenset({SubmissionWish.APPROVED}),
    Action.REJECT: frozenset({SubmissionWish.REJECTED}),
    Action.COMPLETE: frozenset({SubmissionWish.COMPLETED}),
}
"""What spends money or cannot be taken back, and the wishes that alone may lead to it."""
