"""Do a request once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from experiments.errors import Conflict, Refusal
from experiments.models import IdempotentRequest
from experiments.types import Json

KEPT = timedelta(hours=24)
WAIT = "10s"
LOCK_NOT_AVAILABLE = "55P03"


class KeyReused(Refusal):
    """An idempotency key with another body."""

    code = "key-reused"
    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under its key. digest: of its body."""

    caller: str
    route: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    body: Json


@transaction.atomic
def once(asked: Asked, act: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    """The answer of `act`, and whether it is an earlier one, given again.

    The key's row commits with what `act` did, or not at all: a refusal keeps no row, and the key may be tried again.
    A double that comes meanwhile waits for the first to commit; after ten seconds: Conflict “under-way”.
    """
    row = _claim(asked, now=now)
    if row.digest != asked.digest:
        raise KeyReused(
            "This Idempotency-Key was used for a request with another body.", hint="Use a fresh key for a new request."
        )
    if row.status is not None:
        return Answer(row.status, row.body), True
    answer = act()
    row.status, row.body = answer.status, answer.body
    row.save(update_fields=["status", "body"])
    return answer, False


def _claim(asked: Asked, *, now: datetime) -> IdempotentRequest:
    """Our own fresh row, or the one that stands there already. Without a status it is ours: others never see one."""
    names = {"caller": asked.caller, "route": asked.route, "key": asked.key}
    fresh = IdempotentRequest(**names, digest=asked.digest, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
        try:
            IdempotentRequest.objects.filter(**names, created_at__lt=now - KEPT).delete()
            IdempotentRequest.objects.bulk_create([fresh], ignore_conflicts=True)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                raise
            raise Conflict("The same request is being answered.", hint="Send it again.", code="under-way") from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    return IdempotentRequest.objects.get(**names)


def forget_requests(*, now: datetime) -> int:
    """Delete what is older than a day. Returns how many rows went."""
    return IdempotentRequest.objects.filter(created_at__lt=now - KEPT).delete()[0]
