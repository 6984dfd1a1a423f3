"""API tokens: shown once, kept as a digest, revocable."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from experiments import events
from experiments.events import EventKind
from experiments.models import ApiToken, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User

USE_STAMP_SECONDS = 60


def digest_of(secret: str) -> str:
    """What is stored of a token. SHA-256 is enough: the secret has 256 bits of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, user: User, name: str, role: str, study: Study | None = None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not kept and cannot be shown again."""
    secret = "mch_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        study=study,
        name=name,
        role=role,
        prefix=secret[:10],
        digest=digest_of(secret),
        expires_at=expires_at,
    )
    events.record(EventKind.TOKEN_CREATED, subject=f"token:{token.prefix}", payload={"role": role})
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, now: datetime) -> ApiToken:
    """It opens nothing from now on. Twice changes nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        events.record(EventKind.TOKEN_REVOKED, subject=f"token:{token.prefix}")
    return token


def find_token(secret: str, *, now: datetime) -> ApiToken | None:
    """The live token of that secret; its last use is stamped at most once a minute."""
    token = ApiToken.objects.select_related("user", "study").filter(digest=digest_of(secret)).first()
    if token and token.state_at(now) == "live" and token.user.is_active:
        _stamp_use(token, now=now)
        return token
    return None


def _stamp_use(token: ApiToken, *, now: datetime) -> None:
    if token.last_used_at is None or now - token.last_used_at > timedelta(seconds=USE_STAMP_SECONDS):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
