"""An order in MTurk's words: the type of its HITs, and the HIT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from crowd.platforms.base import Order
from crowd.terms import Qualification, Terms

if TYPE_CHECKING:
    from mypy_boto3_mturk.literals import ComparatorType, HITAccessActionsType
    from mypy_boto3_mturk.type_defs import (
        CreateHITTypeRequestTypeDef,
        CreateHITWithHITTypeRequestTypeDef,
        LocaleTypeDef,
        QualificationRequirementTypeDef,
        QualificationRequirementUnionTypeDef,
    )

SCHEMA: Final = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
SYSTEM: Final = {
    "approval_rate": "000000000000000000L0",
    "approved_hits": "00000000000000000040",
    "locale": "00000000000000000071",
    "adult": "00000000000000000060",
}
MASTERS: Final = {True: "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", False: "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"}
GUARDS: Final[dict[str, HITAccessActionsType]] = {
    "accept": "Accept",
    "preview": "PreviewAndAccept",
    "discover": "DiscoverPreviewAndAccept",
}


def hit_type(terms: Terms, excluded: tuple[str, ...], *, is_production: bool) -> CreateHITTypeRequestTypeDef:
    """The same values are the same type, however often it is made."""
    barred = [_barred(list_id) for list_id in excluded]
    wanted = [_requirement(row, is_production=is_production) for row in terms.qualifications]
    return {
        "Title": terms.title,
        "Description": terms.description,
        "Keywords": ", ".join(terms.keywords),
        "Reward": str(terms.reward),
        "AssignmentDurationInSeconds": terms.assignment_seconds,
        "AutoApprovalDelayInSeconds": terms.auto_approval_seconds,
        "QualificationRequirements": [*wanted, *barred],
    }


def hit(order: Order, type_id: str) -> CreateHITWithHITTypeRequestTypeDef:
    """One HIT. Its annotation finds it again when its token is no longer known."""
    return {
        "HITTypeId": type_id,
        "LifetimeInSeconds": order.terms.lifetime_seconds,
        "MaxAssignments": order.places,
        "Question": question(order.url, height=_height(order.terms)),
        "RequesterAnnotation": annotation_of(order),
        "UniqueRequestToken": order.token,
    }


def annotation_of(order: Order) -> str:
    """At most 255 characters."""
    return (order.annotation or order.token)[:255]


def question(url: str, *, height: int = 0) -> str:
    """An ExternalQuestion. height: of the frame in pixels; 0 fits the window."""
    return (
        f'<ExternalQuestion xmlns="{SCHEMA}"><ExternalURL>{escape(url)}</ExternalURL>'
        f"<FrameHeight>{height}</FrameHeight></ExternalQuestion>"
    )


def _height(terms: Terms) -> int:
    found = terms.platform.get("frame_height", 0)
    return found if isinstance(found, int) else 0


def _barred(list_id: str) -> QualificationRequirementTypeDef:
    return {
        "QualificationTypeId": list_id,
        "Comparator": "DoesNotExist",
        "ActionsGuarded": "DiscoverPreviewAndAccept",
    }


def _requirement(row: Qualification, *, is_production: bool) -> QualificationRequirementUnionTypeDef:
    type_id = MASTERS[is_production] if row.name == "masters" else SYSTEM.get(row.name, row.name)
    comparator: ComparatorType = row.comparator  # type: ignore[assignment]  # MTurk's words; it refuses others
    requirement: QualificationRequirementTypeDef = {
        "QualificationTypeId": type_id,
        "Comparator": comparator,
        "ActionsGuarded": GUARDS[row.guards],
    }
    if row.name == "locale":
        return {**requirement, "LocaleValues": [_locale(str(value)) for value in row.values]}
    if row.values:
        return {**requirement, "IntegerValues": [int(value) for value in row.values]}
    return requirement


def _locale(value: str) -> LocaleTypeDef:
    """DE, or US-CA."""
    country, _, subdivision = value.partition("-")
    return {"Country": country, "Subdivision": subdivision} if subdivision else {"Country": country}
