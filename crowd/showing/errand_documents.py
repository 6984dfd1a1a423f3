"""Messages and blocks for programs: plans and rows as JSON; and as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from crowd.models import Errand
from crowd.reads.errands import ErrandPlan, Recipient
from experiments.types import JsonObject


def errand_document(errand: Errand) -> JsonObject:
    """One row; of whom by their pseudonym. `participant` and `by` must be at hand."""
    return {
        "id": str(errand.uuid),
        "participant": str(errand.participant.uuid),
        "kind": errand.kind,
        "state": errand.state,
        "subject": errand.subject,
        "text": errand.text,
        "trouble": errand.trouble,
        "by": errand.by.get_username() if errand.by else None,
        "at": errand.at.isoformat(),
        "done_at": errand.done_at.isoformat() if errand.done_at else None,
    }


def plan_document(plan: ErrandPlan) -> JsonObject:
    """A plan. confirm_with: what is to be typed."""
    return {
        "kind": plan.kind,
        "people": len(plan.recipients),
        "subject": plan.subject,
        "text": plan.text,
        "sha256": plan.sha256,
        "confirm_with": plan.phrase,
        "recipients": [_recipient(each) for each in plan.recipients],
        "left_out": [{"participant": each.person, "because": each.why_not} for each in plan.left_out],
    }


def plan_lines(plan: ErrandPlan) -> list[str]:
    """For a terminal."""
    reached = [f"  {each.person}  {each.note}".rstrip() for each in plan.recipients]
    left = [f"  {each.person}  left out: {each.why_not}" for each in plan.left_out]
    how = [f"To do it, add: --confirm “{plan.phrase}”"] if plan.recipients else ["There is nobody it would reach."]
    return [plan.phrase, *reached, *left, *how]


def errand_lines(errands: Iterable[Errand]) -> list[str]:
    """For a terminal."""
    return [
        f"{str(each.uuid)[:8]}  {each.at:%Y-%m-%d %H:%M}  {each.participant.uuid.hex[:8]}  {each.kind:<8} "
        f"{each.state:<8} {each.trouble}".rstrip()
        for each in errands
    ] or ["Nothing was sent to anybody."]


def _recipient(each: Recipient) -> JsonObject:
    return {"participant": each.person, "note": each.note}
