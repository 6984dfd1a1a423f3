"""HIT types and HITs, made once."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal, InvalidOperation

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.limits import check_hit, check_type
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.operations.qualification_types import owned
from crowd.standin.mturk.qualifying import NAMES
from crowd.standin.mturk.question import check_question
from crowd.standin.mturk.records import Hit, HitType
from crowd.standin.mturk.views import hit_view

AUTO_APPROVAL = 2_592_000


def create_hit_type(market: Market, asked: Json) -> Json:
    """The same values give the same type."""
    check_type(asked)
    _check_requirements(market, asked)
    return {"HITTypeId": type_for(market, asked).id}


def create_hit(market: Market, asked: Json) -> Json:
    """A HIT and, where there is none yet, its type."""
    refuse_repeat(market, asked)
    check_type(asked)
    _check_requirements(market, asked)
    return _made(market, asked, type_for(market, asked))


def create_hit_with_hit_type(market: Market, asked: Json) -> Json:
    """A HIT of a type that is there."""
    refuse_repeat(market, asked)
    kind = market.types.get(asked["HITTypeId"])
    if kind is None:
        raise Refused(f"HITType {asked['HITTypeId']} does not exist. ({market.stamp})", "HITTypeDoesNotExist")
    return _made(market, asked, kind)


def refuse_repeat(market: Market, asked: Json) -> None:
    """A token that made a HIT in the last 24 hours names that HIT."""
    token = market.token("CreateHIT", asked.get("UniqueRequestToken"))
    if token:
        raise Refused(f'The HIT with ID "{token.made}" already exists. ({market.stamp})', "HITAlreadyExists")


def type_for(market: Market, asked: Json) -> HitType:
    """The type with these values, made where it is new."""
    kind = HitType(
        id="",
        title=asked["Title"],
        description=asked["Description"],
        keywords=asked.get("Keywords", ""),
        reward=dollars(asked["Reward"], "Reward"),
        duration=asked["AssignmentDurationInSeconds"],
        auto_approval_delay=asked.get("AutoApprovalDelayInSeconds", AUTO_APPROVAL),
        requirements=tuple(asked.get("QualificationRequirements", ())),
    )
    values = [kind.title, kind.description, kind.keywords, str(kind.reward), kind.duration, kind.auto_approval_delay]
    written = json.dumps([*values, kind.requirements], sort_keys=True)
    key = "3" + hashlib.sha256(written.encode()).hexdigest().upper()[:29]
    return market.types.get(key) or market.types.put(
        HitType(key, *(getattr(kind, name) for name in list(HitType.__dataclass_fields__)[1:8]))
    )


def dollars(text: str, name: str) -> Decimal:
    """An amount with two places. Refused if it is none."""
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise Refused(f"{name}: {text!r} is not an amount.", "InvalidParameterValue") from error


def _check_requirements(market: Market, asked: Json) -> None:
    for requirement in asked.get("QualificationRequirements", ()):
        if requirement["QualificationTypeId"] not in NAMES:
            owned(market, requirement["QualificationTypeId"])


def _made(market: Market, asked: Json, kind: HitType) -> Json:
    check_hit(asked)
    if asked.get("Question"):
        check_question(asked["Question"])
    now, key = market.now, new_id()
    hit = Hit(
        id=key,
        type_id=kind.id,
        group_id="3" + hashlib.sha256(f"group {kind.id}".encode()).hexdigest().upper()[:29],
        created=now,
        expires=now + asked["LifetimeInSeconds"],
        maximum=asked.get("MaxAssignments", 1),
        question=asked.get("Question", ""),
        annotation=asked.get("RequesterAnnotation", ""),
        layout=asked.get("HITLayoutId", ""),
        policies=tuple((name, asked[name]) for name in ("AssignmentReviewPolicy", "HITReviewPolicy") if name in asked),
    )
    market.hits.put(hit)
    market.world.agenda.add(hit.expires, f"hit {key}")
    market.post.event(kind, "HITCreated", hit)
    market.remember("CreateHIT", asked.get("UniqueRequestToken"), key)
    return {"HIT": hit_view(market, market.changed(hit))}


OPERATIONS = {
    "CreateHITType": create_hit_type,
    "CreateHIT": create_hit,
    "CreateHITWithHITType": create_hit_with_hit_type,
}
