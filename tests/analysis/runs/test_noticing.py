"""Hooks are told of what is over: owed once, told at least once, and never at the price of a result."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from analysis.learning.functions import allow_function
from analysis.runs.models import Batch, Notice, Run, Status
from analysis.runs.services.noticing import owe_for_runs, owe_missing, tell_again, tell_due
from analysis.runs.working.worker import Errand, Worker
from experiments.types import JsonObject
from tests.analysis.runs.walking import walks

pytestmark = pytest.mark.django_db(transaction=True)

TOLD: list[JsonObject] = []
HOOKS: list[JsonObject] = [
    {"on": ["run_completed", "run_failed", "batch_failed"], "call": f"{__name__}:hear"},
    {"on": ["batch_completed", "batch_failed"], "email": ["amara@example.org", "bo@example.org"]},
]


def hear(news: JsonObject) -> None:
    TOLD.append(news)


def break_down(news: JsonObject) -> None:
    raise ArithmeticError("hooks break, too")


def with_hooks(*settings: JsonObject, hooks: list[JsonObject] = HOOKS) -> Batch:
    """A batch of walks whose document has hooks."""
    for hook in hooks:
        if "call" in hook:
            allow_function(str(hook["call"]))
    TOLD.clear()
    batch = walks(list(settings))
    batch.document = {"procedure": "walk", "hooks": hooks}
    batch.save(update_fields=["document"])
    return batch


def test_hooks_are_told_of_runs_and_of_the_batch() -> None:
    with_hooks({"step": 1.0}, {"step": 2.0, "fail": "value"})

    Worker().work(Errand(until_empty=True))
    tell_due()

    assert sorted(str(news["occasion"]) for news in TOLD) == ["batch_failed", "run_completed", "run_failed"]
    assert [sent.to for sent in mail.outbox] == [["amara@example.org"], ["bo@example.org"]]
    assert mail.outbox[0].subject.endswith("is over: 1 of 2 runs failed")
    failed = next(news for news in TOLD if news["occasion"] == "run_failed")
    assert failed["error"] == "the step leads nowhere"
    assert failed["setting"] == {"step": 2.0, "fail": "value"}


def test_nothing_is_owed_twice_or_told_twice() -> None:
    batch = with_hooks({"step": 1.0})
    Worker().work(Errand(until_empty=True))

    owe_for_runs(batch, list(batch.runs.all()), now=timezone.now())
    owe_missing(now=timezone.now())
    tell_due()
    tell_due()

    assert len(TOLD) == 1


def test_what_a_dying_worker_did_not_note_is_found() -> None:
    batch = with_hooks({"step": 1.0})
    Worker().work(Errand(until_empty=True))
    Notice.objects.all().delete()

    owe_missing(now=timezone.now())

    assert Notice.objects.filter(batch=batch).count() == 3


def test_a_hook_that_breaks_harms_no_run_and_is_given_up_with_its_traceback() -> None:
    batch = with_hooks({"step": 1.0}, hooks=[{"on": "run_completed", "call": f"{__name__}:break_down"}])
    Worker().work(Errand(until_empty=True))

    assert tell_due() == 0

    notice = Notice.objects.get()
    assert notice.status == Notice.Status.FAILED
    assert "hooks break, too" in notice.error
    assert Run.objects.get(batch=batch).status == Status.COMPLETED


def test_what_may_heal_is_told_later_and_given_up_after_eight_tries(settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]  # nobody listens there
    with_hooks({"step": 1.0}, hooks=[{"on": "run_completed", "email": "amara@example.org"}])
    Worker().work(Errand(until_empty=True))

    for tries in range(1, 9):
        assert tell_due() == 0
        notice = Notice.objects.get()
        assert notice.tries == tries
        assert notice.due > timezone.now()
        Notice.objects.update(due=timezone.now() - timedelta(seconds=1))

    assert notice.status == Notice.Status.FAILED
    assert tell_again(notice, now=timezone.now()).status == Notice.Status.OWED


def test_a_run_that_is_retried_and_fails_again_is_told_again() -> None:
    batch = with_hooks({"step": 2.0, "fail": "value"}, hooks=[HOOKS[0]])
    for _ in range(2):
        Worker().work(Errand(until_empty=True))
        Run.objects.update(status=Status.QUEUED, finished_at=None)
        Batch.objects.update(status=Status.QUEUED, finished_at=None)

    owed = Notice.objects.filter(batch=batch, occasion="run_failed")
    assert sorted(owed.values_list("about", flat=True)) == ["run_failed:1", "run_failed:2"]
