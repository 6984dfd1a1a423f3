"""Two connections at once: who steers a batch, and the workers that have its runs in hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connections, transaction
from django.utils import timezone

from analysis.runs.models import Batch, Run, Status
from analysis.runs.services import steering
from analysis.runs.services.claiming import Hold, claim_runs, release, renew
from analysis.runs.services.steering import cancel_batch, pause_batch
from tests.analysis.runs.walking import walks

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def beside(*deeds: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Begins the deeds on a connection of their own; they are done afterwards. It raises what they raised."""
    raised: list[Exception] = []

    def act() -> None:
        try:
            for deed in deeds:
                deed()
        except Exception as error:  # noqa: BLE001 (raised below, in the test)
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)

    def go() -> None:
        thread.start()
        thread.join(0.5)  # done by then, or waiting for us

    yield go
    thread.join()
    for error in raised:
        raise error


@pytest.mark.parametrize("deed", [pause_batch, cancel_batch])
def test_a_run_that_is_given_back_meanwhile_stops_with_its_batch(
    deed: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two looks: at those that wait, and at those under way."""
    batch = walks([{"step": 1.0}, {"step": 2.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    give_back = partial(release, Hold(run.pk, run.attempt), now=timezone.now(), reason="busy")
    move = steering._move

    with beside(give_back) as go:

        def slowly(*args: object, **named: object) -> int:
            n = move(*args, **named)  # type: ignore[arg-type]
            go()
            return n

        monkeypatch.setattr(steering, "_move", slowly)
        deed(batch, now=timezone.now())

    assert not batch.runs.filter(status=Status.QUEUED).exists()


def test_signs_for_many_runs_never_wait_in_a_circle_with_their_results() -> None:
    """Rows lie in the table in another order than they are numbered: the first was changed last."""
    walks([{"step": float(i)} for i in range(2)])
    first, last = (Hold(run.pk, run.attempt) for run in claim_runs(worker="one", now=timezone.now(), most=2))
    Run.objects.filter(pk=first.run).update(priority=1)

    with beside(partial(renew, [last, first], now=timezone.now())) as go, transaction.atomic():
        list(Run.objects.select_for_update(no_key=True).filter(pk=first.run))
        go()
        list(Run.objects.select_for_update(no_key=True).filter(pk=last.run))
