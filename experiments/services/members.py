"""Who belongs to a study: every change of a role has its line in the diary, and no study is left without an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from experiments import events
from experiments.errors import Conflict
from experiments.events import EventKind
from experiments.models import Membership, Role, Study
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def set_member(study: Study, user: User, role: str) -> Membership:
    """Give a user that role. The same role again changes nothing; Conflict if the last owner would step down."""
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    known = Membership.objects.filter(study=study, user=user).first()
    if known is not None and known.role == role:
        return known
    if known is not None and known.role == Role.OWNER:
        _require_another_owner(study, known)
    membership, _ = Membership.objects.update_or_create(study=study, user=user, defaults={"role": role})
    _record(study, user, role)
    return membership


@transaction.atomic
def remove_member(study: Study, user: User) -> None:
    """Take a user's role away. Nobody to remove changes nothing; Conflict for the last owner."""
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    known = Membership.objects.filter(study=study, user=user).first()
    if known is None:
        return
    if known.role == Role.OWNER:
        _require_another_owner(study, known)
    known.delete()
    _record(study, user, "")


def _require_another_owner(study: Study, member: Membership) -> None:
    if not Membership.objects.filter(study=study, role=Role.OWNER).exclude(pk=member.pk).exists():
        raise Conflict(f"“{study.title}” would be left without an owner.", hint="Make somebody else an owner first.")


def _record(study: Study, user: User, role: str) -> None:
    payload: JsonObject = {"study": study.slug, "user": user.pk, "role": role}
    events.record(EventKind.MEMBER_CHANGED, subject=f"study:{study.slug}", payload=payload)
