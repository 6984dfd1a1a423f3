"""Files made ready: written once, whole or not at all, put away after a day."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from analysis.exports import Options
from analysis.exports.stream import Request
from analysis.models import Export
from analysis.services.exporting import KEPT, request_export, sweep_exports, write_export
from analysis.tasks import write_export as write_export_task
from experiments.models import Event, Experiment
from tests import factories
from tests.exported import make_collected

LONG = Request("long", "csv", Options())


@pytest.fixture
def user(db: None) -> User:
    return factories.make_user()


@pytest.fixture
def experiment(db: None) -> Experiment:
    return make_collected(sessions=1)


def ask(experiment: Experiment, user: User) -> Export:
    return request_export(experiment, LONG, user=user, now=timezone.now())


def test_asking_twice_is_asking_once(experiment: Experiment, user: User) -> None:
    assert ask(experiment, user) == ask(experiment, user)

    assert Event.objects.filter(kind="data.exported").count() == 1


def test_writing_twice_is_writing_once(experiment: Experiment, user: User) -> None:
    export = ask(experiment, user)

    assert write_export(export.pk) is True
    written = export.path.stat().st_mtime_ns
    assert write_export(export.pk) is False
    assert export.path.stat().st_mtime_ns == written


def test_a_writer_that_fails_leaves_it_waiting_and_no_file(
    experiment: Experiment, user: User, settings: object, tmp_path: Path
) -> None:
    export = ask(experiment, user)
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    settings.EXPORTS_ROOT = blocked / "exports"  # type: ignore[attr-defined]  # pytest-django's own

    with pytest.raises(NotADirectoryError):
        write_export(export.pk)

    export.refresh_from_db()
    assert export.status == Export.Status.WAITING


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_writes_another_passes_by() -> None:
    export = ask(make_collected(sessions=1), factories.make_user())
    results: list[bool] = []
    from analysis.exports.snapshot import snapshot

    def second() -> None:
        results.append(write_export_task(export.pk))
        connections.close_all()

    with snapshot():
        Export.objects.select_for_update().get(pk=export.pk)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert results == [False]


def test_what_is_old_is_put_away_with_its_file(experiment: Experiment, user: User) -> None:
    export = ask(experiment, user)
    write_export(export.pk)

    sweep_exports(now=export.created_at + KEPT - timedelta(seconds=1))
    assert export.path.exists()

    sweep_exports(now=export.created_at + KEPT + timedelta(seconds=1))
    assert not export.path.exists()
    assert not Export.objects.exists()


def test_what_was_left_behind_is_handed_out_again_and_in_the_end_given_up(experiment: Experiment, user: User) -> None:
    export = ask(experiment, user)

    assert sweep_exports(now=export.created_at + timedelta(seconds=30)) == []
    assert sweep_exports(now=export.created_at + timedelta(minutes=2)) == [export.pk]
    assert sweep_exports(now=export.created_at + timedelta(hours=2)) == []
    export.refresh_from_db()
    assert export.status == Export.Status.FAILED


def test_a_file_that_nobody_knows_any_more_is_put_away(experiment: Experiment, user: User) -> None:
    export = ask(experiment, user)
    write_export(export.pk)
    orphan = export.path.with_name("0123.part")
    orphan.touch()
    two_days_ago = (timezone.now() - 2 * KEPT).timestamp()
    os.utime(orphan, (two_days_ago, two_days_ago))

    sweep_exports(now=timezone.now())

    assert not orphan.exists()
    assert export.path.exists()


def test_the_folder_is_closed_to_others(experiment: Experiment, user: User) -> None:
    export = ask(experiment, user)
    write_export(export.pk)

    assert export.path.parent.stat().st_mode & 0o077 == 0
