"""The table of roles, asked once per request: membership alone decides, Django's model permissions play no part."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from experiments.access import RIGHTS, Right, roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REMEMBERED = "machina_roles"


def member_roles(request: HttpRequest) -> dict[int, str]:
    """The user's role by study. One query per request, however many rows are asked about."""
    known: dict[int, str] | None = getattr(request, REMEMBERED, None)
    if known is None:
        known = roles_of(cast("User", request.user))
        setattr(request, REMEMBERED, known)
    return known


def sees_everything(request: HttpRequest) -> bool:
    """Superusers own every study."""
    return bool(request.user.is_active and request.user.is_superuser)


def has_right(request: HttpRequest, right: Right, study_id: int | None) -> bool:
    """Whether the user has that right in that study. Without a study: a superuser only."""
    if sees_everything(request):
        return True
    role = member_roles(request).get(study_id) if study_id is not None else None
    return role is not None and right in RIGHTS[role]


def has_right_somewhere(request: HttpRequest, right: Right) -> bool:
    """Whether there is any study in which the user has that right."""
    return sees_everything(request) or any(right in RIGHTS[role] for role in member_roles(request).values())


def studies_with(request: HttpRequest, right: Right) -> list[int]:
    """The studies in which a member (not a superuser) has that right."""
    return [study for study, role in member_roles(request).items() if right in RIGHTS[role]]
