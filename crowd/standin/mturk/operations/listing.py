"""HITs in lists: newest first, what was disposed of left out."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Hit
from crowd.standin.mturk.views import hit_view, page


def listed(market: Market) -> list[Hit]:
    """All that a list may show."""
    at = market.seen_at
    return [hit for hit in reversed(market.hits.all()) if not hit.is_disposed and hit.created <= at]


def list_hits(market: Market, asked: Json) -> Json:
    """All of them."""
    return page(asked, "HITs", listed(market), lambda hit: hit_view(market, hit))


def list_reviewable_hits(market: Market, asked: Json) -> Json:
    """Reviewable ones, or Reviewing; of one type where that is asked."""
    wanted, kind = asked.get("Status", "Reviewable"), asked.get("HITTypeId")
    found = [hit for hit in listed(market) if kind in (None, hit.type_id) and market.status(hit) == wanted]
    return page(asked, "HITs", found, lambda hit: hit_view(market, hit))


def list_hits_for_qualification_type(market: Market, asked: Json) -> Json:
    """Those that require it."""
    wanted = asked["QualificationTypeId"]
    kinds = {
        kind.id
        for kind in market.types.all()
        if any(each["QualificationTypeId"] == wanted for each in kind.requirements)
    }
    return page(asked, "HITs", [hit for hit in listed(market) if hit.type_id in kinds], lambda h: hit_view(market, h))


OPERATIONS = {
    "ListHITs": list_hits,
    "ListReviewableHITs": list_reviewable_hits,
    "ListHITsForQualificationType": list_hits_for_qualification_type,
}
