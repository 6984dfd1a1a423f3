"""Submissions: listed, counted, approved, rejected, completed for somebody, asked back."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_UP, Decimal

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.accounting import PENNY, STATUSES
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.people import code_named, submit
from crowd.standin.prolific.records import Submission
from crowd.standin.prolific.views import submission_shown

CATEGORIES = (
    "TOO_QUICKLY",
    "TOO_SLOWLY",
    "FAILED_INSTRUCTIONS",
    "INCOMP_LONGITUDINAL",
    "FAILED_CHECK",
    "LOW_EFFORT",
    "MALINGERING",
    "NO_CODE",
    "BAD_CODE",
    "NO_DATA",
    "UNSUPP_DEVICE",
    "OTHER",
)
SHORTEST_REASON = 100
APPROVABLE = ("AWAITING REVIEW", "TIMED-OUT", "REJECTED")


def of_study(market: Market, asked: Asked) -> Json:
    """As they came."""
    rows = market.submissions.where("study_id", market.study(asked.path).id)
    return asked.page([submission_shown(market, row) for row in rows])


def listed(market: Market, asked: Asked) -> Json:
    """Of one study, or of all."""
    study = asked.query.get("study", "")
    rows = market.submissions.where("study_id", study) if study else market.submissions.all()
    return asked.page([submission_shown(market, row) for row in rows])


def counts(market: Market, asked: Asked) -> Json:
    """By status."""
    found = market.counts(market.study(asked.path))
    return {**{status: found[status] for status in STATUSES}, "TOTAL": found.total()}


def get(market: Market, asked: Asked) -> Json:
    """One."""
    return submission_shown(market, market.submission(asked.path))


def transition(market: Market, asked: Asked) -> Json:
    """APPROVE, REJECT, COMPLETE."""
    asked.require("action")
    submission, action = market.submission(asked.path), asked.text("action")
    moves = {"APPROVE": _approve, "REJECT": _reject, "COMPLETE": _complete}
    if action not in moves:
        raise Refused({"action": [f"{action} is not one of {', '.join(moves)}."]})
    return submission_shown(market, moves[action](market, submission, asked))


def bulk_approve(market: Market, asked: Asked) -> Json:
    """All of them, or none."""
    asked.require("submission_ids")
    for key in asked.rows("submission_ids"):
        _approve(market, market.submission(str(key)), asked)
    return {"message": "The request to bulk approve has been made successfully."}


def request_return(market: Market, asked: Asked) -> Json:
    """The participant is asked to return it; they may."""
    asked.require("request_return_reasons")
    submission = market.submission(asked.path)
    if submission.status not in ("ACTIVE", "AWAITING REVIEW"):
        raise Refused(f"A submission that is {submission.status} cannot be returned.")
    reasons = tuple(str(each) for each in asked.rows("request_return_reasons"))
    return submission_shown(market, market.move(replace(submission, return_asked=market.now, return_reasons=reasons)))


def _approve(market: Market, submission: Submission, asked: Asked) -> Submission:
    if submission.status not in APPROVABLE:
        raise Refused(f"A submission that is {submission.status} cannot be approved.")
    return market.approve(submission)


def _reject(market: Market, submission: Submission, asked: Asked) -> Submission:
    asked.require("message", "rejection_category")
    message, category = asked.text("message"), asked.text("rejection_category")
    if len(message) < SHORTEST_REASON:
        raise Refused({"message": [f"Ensure this field has at least {SHORTEST_REASON} characters."]})
    if category not in CATEGORIES:
        raise Refused({"rejection_category": [f"{category} is not one of {', '.join(CATEGORIES)}."]})
    if submission.status != "AWAITING REVIEW":
        raise Refused(f"A submission that is {submission.status} cannot be rejected.")
    return market.move(replace(submission, status="REJECTED", message=message, category=category, decided=market.now))


def _complete(market: Market, submission: Submission, asked: Asked) -> Submission:
    """With a code that is the researcher's to use; with percentage_of_reward: a part is paid at once."""
    asked.require("completion_code")
    code = code_named(market.studies[submission.study_id], asked.text("completion_code"), "researcher")
    if code is None:
        raise Refused({"completion_code": ["The study has no such code for the researcher."]})
    done = submit(market, submission, code["code"], actor="researcher")
    share = asked.body.get("completion_code_data", {}).get("percentage_of_reward")
    if share is None or not any(each.get("action") == "DYNAMIC_PAYMENT" for each in code["actions"]):
        return done
    part = market.studies[done.study_id].reward * Decimal(str(share)) / 100
    part = part.quantize(PENNY, ROUND_UP)
    market.pay(done, part)
    return market.move(replace(done, status="PARTIALLY APPROVED", paid=part, decided=market.now))
