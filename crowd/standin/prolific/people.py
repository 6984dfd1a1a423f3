"""What a participant may do: take a place, return it, and submit with a code; with Prolific's rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.accounting import taken
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import AUTO_APPROVED_AFTER, Market, new_id
from crowd.standin.prolific.records import Study, Submission

SCREENED_OUT = "FIXED_SCREEN_OUT_PAYMENT"


def take_part(market: Market, study: Study, participant_id: str) -> Submission:
    """A place in the study. Who holds one already gets that one."""
    mine = market.submissions.where("participant_id", participant_id)
    here = [each for each in mine if each.study_id == study.id]
    held = [each for each in mine if each.status == "ACTIVE"]
    if held and held[0].study_id == study.id:
        return held[0]
    if held:
        raise Refused("You can take part in one study at a time. Finish or return the other one first.")
    if len([each for each in here if each.status not in ("RETURNED",)]) >= study.per_person:
        raise Refused("You have already taken part in this study.")
    _check_places(market, study, participant_id)
    now = market.now
    return market.move(
        Submission(new_id(), study.id, participant_id, "ACTIVE", now, now + 60 * study.most_minutes),
    )


def _check_places(market: Market, study: Study, participant_id: str) -> None:
    if market.is_kept_out(study, participant_id):
        raise Refused("You are not eligible for this study.")
    if market.status(study) != "ACTIVE" or taken(market.counts(study)) >= study.places:
        raise Refused("There are no places left in this study.")


def give_back(market: Market, submission: Submission) -> Submission:
    """Return it: the place is free again, and the person may come again."""
    if submission.status not in ("ACTIVE", "AWAITING REVIEW"):
        raise Refused("This submission cannot be returned any more.")
    return market.move(replace(submission, status="RETURNED"))


def submit(market: Market, submission: Submission, code: str, *, actor: str = "participant") -> Submission:
    """Submit with a code. One that the study does not know goes to the researcher as it was entered."""
    may = ("ACTIVE",) if actor == "participant" else ("ACTIVE", "TIMED-OUT")
    if submission.status not in may:
        raise Refused("This submission cannot be completed any more.")
    now = market.now
    done = replace(
        submission, status="AWAITING REVIEW", code=code, completed=now, auto_approval=now + AUTO_APPROVED_AFTER
    )
    found = code_named(market.studies[submission.study_id], code, actor)
    done = market.move(done)
    for action in found.get("actions", ()) if found else ():
        done = _act(market, done, action)
    return done


def code_named(study: Study, code: str, actor: str) -> Json | None:
    """The study's code, if that actor may use it."""
    return next(
        (each for each in study.codes if each["code"] == code and each.get("actor", "participant") == actor), None
    )


def _act(market: Market, submission: Submission, action: Json) -> Submission:
    kind = action.get("action")
    if kind == "AUTOMATICALLY_APPROVE":
        return market.approve(submission)
    if kind in ("ADD_TO_PARTICIPANT_GROUP", "REMOVE_FROM_PARTICIPANT_GROUP"):
        _regroup(market, submission, action, is_in=kind.startswith("ADD"))
    elif kind == "REQUEST_RETURN":
        reasons = (str(action.get("return_reason", "")),)
        return market.move(replace(submission, return_asked=market.now, return_reasons=reasons))
    elif kind == SCREENED_OUT:
        amount = Decimal(action["fixed_screen_out_reward"]) / 100
        market.pay(submission, amount)
        return market.move(replace(submission, status="SCREENED OUT", paid=amount, decided=market.now))
    return submission


def _regroup(market: Market, submission: Submission, action: Json, *, is_in: bool) -> None:
    group = market.groups.get(str(action.get("participant_group", "")))
    if group is not None:
        others = tuple(each for each in group.members if each != submission.participant_id)
        market.groups.put(replace(group, members=(*others, submission.participant_id) if is_in else others))
