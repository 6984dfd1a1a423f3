"""The doctor says what is wrong and what to do, and its exit status tells the truth."""

import json

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from machina_site import heartbeat
from machina_site.doctor import examination, machine, servers
from machina_site.doctor.finding import Verdict, ok, warn
from machina_site.management.commands.doctor import table

pytestmark = pytest.mark.django_db


def test_every_probe_that_finds_something_also_says_what_to_do() -> None:
    for finding in examination.examine():
        assert (finding.verdict == Verdict.OK) == (finding.advice == ""), finding


def test_the_status_is_one_when_something_fails(capsys: pytest.CaptureFixture[str], empty_cache: None) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")

    findings = {finding["subject"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert ended.value.code == 1
    assert findings["beat"]["verdict"] == "fail"
    assert findings["database"]["verdict"] == "ok"


def test_the_status_is_zero_when_there_are_only_warnings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "PROBES", (lambda: ok("a", "fine"), lambda: warn("b", "old", "renew it")))

    call_command("doctor")

    assert "2 looked at, 0 failing, 1 with a warning" in capsys.readouterr().out


def test_beat_is_well_when_its_task_ran_lately(empty_cache: None) -> None:
    heartbeat.record()

    assert servers.beat().verdict == Verdict.OK


def test_a_weak_secret_key_fails(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY = False, "short"

    assert machine.secret_key().verdict == Verdict.FAIL


def test_the_password_of_a_database_is_not_shown(settings: Settings) -> None:
    settings.DATABASE_URL = "postgres://machina:secret-word@db.example.org/machina"

    assert servers.database().says.startswith("db.example.org/machina: PostgreSQL ")


def test_the_table_has_the_advice_below_the_finding() -> None:
    lines = table([ok("clock", "12:00"), warn("disk", "1 GB", "free some")]).splitlines()

    assert lines[:3] == ["ok    clock  12:00", "warn  disk   1 GB", "             -> free some"]
