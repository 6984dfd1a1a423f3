"""Every periodic task is one that a worker knows, and a missed one does not pile up."""

from celery import current_app
from django.conf import settings


def test_each_entry_of_the_schedule_names_a_known_task() -> None:
    current_app.loader.import_default_modules()

    assert {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_a_message_that_nobody_took_expires_before_the_next() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"] == {"expires": entry["schedule"]}


def test_a_lost_task_comes_back_in_seconds_after_its_time_and_no_task_may_outlive_that_time() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS

    assert options["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 5
