"""New rows for a model that passed: looked at as often as one likes; proven broken, it is taken down at once."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from analysis.assurance.errors import Withdrawn
from analysis.assurance.events import SafetyEvent
from analysis.assurance.models import Delivery, Retest, SafetyTest
from analysis.assurance.services.taking_down import take_down, withdraw_test
from analysis.runs import store
from analysis.runs.models import Artifact
from analysis.runs.services.keeping import kept_of
from analysis.runs.services.noticing import owe_for_drift
from experiments import events
from experiments.blueprint import json_object
from experiments.errors import BadValue, Invalid
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from analysis.safety.testing.retesting import Look

MOST_ROWS: Final = 10_000
MOST_DELIVERIES: Final = 1_000
VOID: Final = "Mend wrong rows. If they are right, the declared range was not, and the test is void: withdraw it."


def deliver_rows(test: SafetyTest, rows: Sequence[JsonObject], *, now: datetime, user: User | None = None) -> Retest:
    """Look at the model again with these rows besides all earlier ones. The same rows again: the look that they had.

    If a constraint is proven broken, the test stands no more: arms that serve the model are taken down, the diary and
    the batch's hooks are told. Withdrawn for a test that does not stand, Invalid for rows that cannot be read as the
    training's were; nothing is kept then.
    """
    retest = _delivered(test, rows, now=now, user=user)
    if retest.has_drifted:
        take_down(retest.test, now=now)
    return retest


@transaction.atomic
def _delivered(test: SafetyTest, rows: Sequence[JsonObject], *, now: datetime, user: User | None) -> Retest:
    """The look, and the withdrawal that it brings: both or neither. The sweep finds what was not yet taken down."""
    retest = _look(test, rows, now=now, user=user)
    if retest.has_drifted:
        retest.test = withdraw_test(retest.test, because=_why(retest), now=now, has_drifted=True)
    return retest


def _look(test: SafetyTest, rows: Sequence[JsonObject], *, now: datetime, user: User | None) -> Retest:
    from analysis.safety.retesting import lines_of

    locked = SafetyTest.objects.select_for_update(no_key=True, of=("self",)).get(pk=test.pk)
    locked = SafetyTest.objects.select_related("run__batch__experiment__study").get(pk=locked.pk)
    content = lines_of(rows)
    sha256 = hashlib.sha256(content).hexdigest()
    known = Delivery.objects.filter(test=locked, sha256=sha256).first()
    if known is not None:
        return Retest.objects.select_related("test__run__batch__experiment").get(test=locked, number=known.number)
    _require_fit(locked, rows)
    before = list(Delivery.objects.filter(test=locked).order_by("number"))
    looks = _looked(locked, [*(gzip.decompress(bytes(one.content)) for one in before), content])
    _require_readable(looks)
    number = len(before) + 1
    Delivery.objects.create(
        test=locked, number=number, content=gzip.compress(content, mtime=0), sha256=sha256, n=len(rows), created_at=now
    )
    retest = Retest.objects.create(
        test=locked,
        number=number,
        n=sum(one.n for one in before) + len(rows),
        delta=max(look.constraint.delta for look in looks),
        has_drifted=any(look.broken for look in looks),
        constraints=[_said(look) for look in looks],
        by=user,
        at=now,
    )
    _tell(retest, now=now)
    return retest


def _require_fit(test: SafetyTest, rows: Sequence[JsonObject]) -> None:
    if not test.vouches:
        state = "has not passed" if not test.passed else f"is {test.standing}"
        raise Withdrawn(f"This safety test {state}.", hint="Train anew; new rows may be part of its data.")
    if not 0 < len(rows) <= MOST_ROWS:
        raise BadValue(f"A delivery has 1 to {MOST_ROWS:,} rows, not {len(rows):,}.", hint="Send them in parts.")
    if Delivery.objects.filter(test=test).count() >= MOST_DELIVERIES:
        raise BadValue(
            f"There are {MOST_DELIVERIES:,} deliveries already.", hint="Train anew, on the new rows as well."
        )


def _require_readable(looks: Sequence[Look]) -> None:
    """A value outside its declared range would stay on the record, and no later look could say anything."""
    reasons = list(dict.fromkeys(look.reason for look in looks if look.reason))
    if reasons:
        errors = tuple({"path": "rows", "message": said, "hint": VOID} for said in reasons)
        raise Invalid("Nothing can be said with these rows, and they are not kept.", hint=reasons[0], errors=errors)


def _looked(test: SafetyTest, deliveries: Sequence[bytes]) -> tuple[Look, ...]:
    from analysis.safety.retesting import NotUsable, look_again

    artifact = Artifact.objects.get(run=test.run_id, sha256=test.model_sha256)
    try:
        return look_again(json_object(test.run.setting), store.content(kept_of(artifact)), deliveries)
    except NotUsable as error:
        errors = tuple(
            {"path": ".".join(map(str, path)), "message": said, "hint": hint} for path, said, hint in error.findings
        )
        said = " ".join(f"{one['message']} {one['hint']}".strip() for one in errors[:3])
        raise Invalid("These rows cannot be read as the training's were.", hint=said, errors=errors) from error
    except (ValueError, TypeError, KeyError) as error:
        raise BadValue(f"These rows cannot be looked at: {error}.") from error


def _said(look: Look) -> JsonObject:
    numbers: dict[str, Json] = {name: finite_or_text(getattr(look, name)) for name in ("estimate", "lower", "upper")}
    return {
        "text": look.constraint.text,
        "delta": look.constraint.delta,
        "n": look.values,
        "since": look.since,
        "broken": look.broken,
        "holds": look.holds,
        "says": str(look),
        **numbers,
    }


def _tell(retest: Retest, *, now: datetime) -> None:
    run = retest.test.run
    payload: JsonObject = {"test": str(retest.test.uuid), "rows": retest.n, "drifted": retest.has_drifted}
    subject = f"run:{run.uuid}"
    events.record(SafetyEvent.RETESTED, experiment=run.batch.experiment, subject=subject, payload=payload, at=now)
    if retest.has_drifted:
        owe_for_drift(run.batch, run, about=str(retest.test_id), now=now)


def _why(retest: Retest) -> str:
    rows = retest.constraints if isinstance(retest.constraints, list) else []
    broken = [str(json_object(row).get("says", "")) for row in rows if json_object(row).get("broken")]
    return f"After {retest.n:,} new rows: {' '.join(broken)}"
