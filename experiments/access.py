"""Who may do what in a study: one table for the admin, the API and the pages."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from experiments.errors import Forbidden
from experiments.models import Membership, Role, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class Right(StrEnum):
    """What can be allowed."""

    VIEW = "view"
    DOWNLOAD = "download"
    EDIT = "edit"
    RUN = "run"
    SPEND = "spend"
    MANAGE = "manage"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.VIEW}),
    Role.ANALYST: frozenset({Right.VIEW, Right.DOWNLOAD}),
    Role.RESEARCHER: frozenset({Right.VIEW, Right.DOWNLOAD, Right.EDIT, Right.RUN}),
    Role.OWNER: frozenset(Right),
}


def role_of(user: User | AnonymousUser, study: Study) -> str | None:
    """The user's role in the study; superusers own every study."""
    if user.is_anonymous or not user.is_active:
        return None
    if user.is_superuser:
        return Role.OWNER
    return Membership.objects.filter(study=study, user_id=user.pk).values_list("role", flat=True).first()


def includes(role: str, right: Right, *, at_most: str | None = None) -> bool:
    """Whether the role includes the right. at_most: a role that caps it (an API token's)."""
    return right in RIGHTS[role] and (at_most is None or right in RIGHTS[at_most])


def may(user: User | AnonymousUser, right: Right, study: Study) -> bool:
    """Whether the user has that right in the study."""
    role = role_of(user, study)
    return role is not None and includes(role, right)


def require(user: User | AnonymousUser, right: Right, study: Study) -> None:
    """Raise Forbidden unless `may`."""
    if not may(user, right, study):
        raise Forbidden(
            f"Your role in “{study.title}” does not include: {right}.",
            hint="Ask an owner of the study for another role.",
        )


def roles_of(user: User | AnonymousUser) -> dict[int, str]:
    """The roles of a member (not of a superuser) by study. One query, for pages that ask about many rows."""
    if not user.is_active:
        return {}
    return dict(Membership.objects.filter(user_id=user.pk).values_list("study_id", "role"))
