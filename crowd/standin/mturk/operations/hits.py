"""What happens to a HIT after it was made."""

from __future__ import annotations

from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.accounting import MANY
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import DISPOSED_AFTER, Market
from crowd.standin.mturk.records import Hit
from crowd.standin.mturk.views import hit_view


def get_hit(market: Market, asked: Json) -> Json:
    """With its counts and its state."""
    hit = market.hit(asked["HITId"])
    if hit.created > market.seen_at:
        raise market.no_hit(hit.id)
    return {"HIT": hit_view(market, hit)}


def create_additional_assignments(market: Market, asked: Json) -> Json:
    """More places. Never from below ten to ten or more: the fee would change."""
    hit, more = _alive(market, asked["HITId"]), asked["NumberOfAdditionalAssignments"]
    token = asked.get("UniqueRequestToken")
    if market.token("CreateAdditionalAssignmentsForHIT", token):
        raise already_processed(market, token)
    if more < 1:
        raise Refused(f"NumberOfAdditionalAssignments: {more} is below 1.", "InvalidMaximumAssignmentsIncrease")
    if hit.maximum < MANY <= hit.maximum + more:
        raise Refused(
            f"HITs created with fewer than {MANY} assignments cannot be extended to have {MANY} or more assignments. "
            f"({market.stamp})",
            "InvalidMaximumAssignmentsIncrease",
        )
    market.post.event(market.type_of(hit), "HITExtended", hit)
    market.changed(replace(hit, maximum=hit.maximum + more))
    market.remember("CreateAdditionalAssignmentsForHIT", token, hit.id)
    return {}


def update_expiration(market: Market, asked: Json) -> Json:
    """Another end; one in the past is now. The same instant twice is refused, by a token that MTurk makes itself."""
    hit, wanted = _alive(market, asked["HITId"]), float(asked["ExpireAt"])
    hidden = f"{hit.id} {int(wanted)}"
    if market.token("UpdateExpirationForHIT", hidden):
        raise already_processed(market, hidden)
    expires = max(wanted, hit.created) if wanted > market.now else market.now
    if wanted > market.now:
        market.post.event(market.type_of(hit), "HITExtended", hit)
    market.changed(replace(hit, expires=expires))
    market.world.agenda.add(expires, f"hit {hit.id}")
    market.remember("UpdateExpirationForHIT", hidden, hit.id)
    return {}


def update_review_status(market: Market, asked: Json) -> Json:
    """Reviewable to Reviewing, and back with Revert."""
    hit, revert = market.hit(asked["HITId"]), bool(asked.get("Revert"))
    wanted = "Reviewing" if revert else "Reviewable"
    if market.status(hit) != wanted:
        raise wrong_state(market, hit, wanted)
    market.hits.put(replace(hit, is_reviewing=not revert))
    return {}


def update_type(market: Market, asked: Json) -> Json:
    """Another type: who works on it already keeps the old terms."""
    hit, kind = market.hit(asked["HITId"]), market.types.get(asked["HITTypeId"])
    if kind is None:
        raise Refused(f"HITType {asked['HITTypeId']} does not exist. ({market.stamp})", "HITTypeDoesNotExist")
    market.changed(replace(hit, type_id=kind.id))
    return {}


def delete_hit(market: Market, asked: Json) -> Json:
    """Dispose of it: nothing open, nothing waiting for review."""
    hit = market.hit(asked["HITId"])
    status, waiting = market.status(hit), market.counts(hit).waiting
    if status not in ("Reviewable", "Reviewing") or waiting:
        raise wrong_state(market, hit, "Reviewable (or if the requester is the owner: Reviewing), all reviewed")
    market.changed(replace(hit, is_disposed=True))
    return {}


def _alive(market: Market, key: str) -> Hit:
    hit = market.hit(key)
    if hit.is_disposed:
        raise wrong_state(market, hit, "Assignable, Unassignable, Reviewable, Reviewing")
    if market.now > hit.expires + DISPOSED_AFTER:
        raise Refused(f"HIT {key} is too old to be extended. ({market.stamp})", "HITTooOldForExtension")
    return hit


def wrong_state(market: Market, hit: Hit, wanted: str) -> Refused:
    """MTurk's sentence for a HIT in another state."""
    return Refused(
        f"This HIT is currently in the state '{market.status(hit)}'. This operation can be called with a status of: "
        f"{wanted} ({market.stamp})",
        "InvalidHITState",
    )


def already_processed(market: Market, token: str | None) -> Refused:
    """MTurk's sentence for a token that had its effect."""
    return Refused(f'The idempotency token "{token}" has already been processed. ({market.stamp})')


OPERATIONS = {
    "GetHIT": get_hit,
    "CreateAdditionalAssignmentsForHIT": create_additional_assignments,
    "UpdateExpirationForHIT": update_expiration,
    "UpdateHITReviewStatus": update_review_status,
    "UpdateHITTypeOfHIT": update_type,
    "DeleteHIT": delete_hit,
}
