"""`/live/` tells each event once and in order: to who comes late, to who comes back, and while it happens."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from analysis.runs.events import RunEventKind, Said, append_to_batch, append_to_run
from analysis.runs.models import Batch, Run
from experiments import events as diary
from experiments.models import Experiment, Role
from experiments.services.tokens import create_token, revoke_token
from machina_site.live import app
from machina_site.live.app import Live
from tests.analysis.runs.rows import make_batch, make_run
from tests.factories import make_user
from tests.machina_site.live.subscriber import Subscriber, subscribe

pytestmark = pytest.mark.django_db(transaction=True)


def said(n: int) -> Said:
    return Said(RunEventKind.RUN_LOGGED, {"n": n}, timezone.now())


def say(run: Run, *numbers: int) -> None:
    append_to_run(run.pk, [said(n) for n in numbers])
    connections.close_all()


def bearer(experiment: Experiment, role: str = Role.VIEWER) -> dict[str, str]:
    user = make_user()
    experiment.study.memberships.create(user=user, role=role)
    return {"Authorization": f"Bearer {create_token(user=user, name='t', role=role)[1]}"}


def of(batch: Batch) -> str:
    return f"/live/batches/{batch.uuid}/"


def test_a_late_subscriber_gets_all_of_the_past_and_then_the_present() -> None:
    batch = make_batch()
    runs = [make_run(batch) for _ in range(3)]
    for run in runs:
        say(run, *range(400))  # more than two pages
    append_to_batch(batch.pk, [said(0)])

    got = subscribe(
        Live(),
        of(batch),
        headers=bearer(batch.experiment),
        until=lambda got: len(got.events) >= 1203,
        meanwhile=lambda: say(runs[1], 400, 401),
    )

    assert got.status == 200
    assert got.headers["content-type"].startswith("text/event-stream")
    assert len({event["id"] for event in got.events}) == len(got.events) == 1203
    for run, last in zip(runs, (400, 402, 400), strict=True):
        mine = [event["sequence"] for event in got.events if event["run"] == str(run.uuid)]
        assert mine == list(range(1, last + 1))


def test_who_comes_back_with_its_last_id_goes_on_behind_it() -> None:
    run = make_run()
    who = bearer(run.batch.experiment)
    say(run, 1, 2, 3)
    first = subscribe(Live(), f"/live/runs/{run.uuid}/", headers=who, until=lambda got: len(got.events) >= 3)
    say(run, 4, 5)

    again = subscribe(
        Live(),
        f"/live/runs/{run.uuid}/",
        query="after=0",  # what stands in the address of a browser that comes back
        headers={**who, "Last-Event-ID": first.cursor},
        until=lambda got: len(got.events) >= 2,
    )

    assert [event["payload"] for event in again.events] == [{"n": 4}, {"n": 5}]


def test_from_now_on_means_nothing_of_the_past() -> None:
    run = make_run()
    say(run, 1, 2, 3)

    got = subscribe(
        Live(),
        of(run.batch),
        query="after=now",
        headers=bearer(run.batch.experiment),
        until=lambda got: len(got.events) >= 1,
        meanwhile=lambda: say(run, 4),
    )

    assert [event["payload"] for event in got.events] == [{"n": 4}]


def test_only_the_kinds_that_were_asked_for() -> None:
    run = make_run()
    append_to_run(run.pk, [said(1), Said(RunEventKind.RUN_MEASURED, {"epoch": 1}, timezone.now()), said(2)])

    got = subscribe(
        Live(),
        of(run.batch),
        query="kinds=run.measured,run.status",
        headers=bearer(run.batch.experiment),
        until=lambda got: len(got.events) >= 1,
    )

    assert [event["kind"] for event in got.events] == ["run.measured"]


def test_the_diary_of_an_experiment_is_a_stream_too() -> None:
    experiment = make_batch().experiment
    diary.record("study.imported", experiment=experiment, subject="x")

    got = subscribe(
        Live(),
        f"/live/experiments/{experiment.slug}/",
        headers=bearer(experiment),
        until=lambda got: len(got.events) >= 1,
    )

    assert got.events[0]["kind"] == "study.imported"


def test_the_cookie_of_the_console_opens_it_for_pages_of_ours_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIVE_ORIGINS", ["http://testserver"])
    run = make_run()
    say(run, 1)
    user = make_user()
    run.batch.experiment.study.memberships.create(user=user, role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}

    def ask(origin: str) -> Subscriber:
        until = lambda got: len(got.events) >= 1  # noqa: E731 (reads as a sentence below)
        return subscribe(Live(), of(run.batch), headers={**cookie, "Origin": origin}, until=until)

    assert ask("http://testserver").headers["access-control-allow-origin"] == "http://testserver"
    assert "access-control-allow-origin" not in ask("http://elsewhere.example").headers


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/live/batches/no-uuid/", "", 404),
        (f"/live/batches/{uuid.UUID(int=1)}/", "", 404),
        (f"/live/runs/{uuid.UUID(int=1)}/", "", 404),
        ("/live/batches/../../x/", "", 404),
        ("/live/", "", 404),
        ("/live/runs/x/", "after=-1", 400),
        ("/live/runs/x/", "after=1e99", 400),
        ("/live/runs/x/", f"after={'9' * 5_000}", 400),
    ],
)
def test_what_is_not_there_is_refused_with_a_problem(path: str, query: str, status: int) -> None:
    who = bearer(make_batch().experiment)

    got = subscribe(Live(), path, query=query, headers=who, until=lambda _: True)

    assert got.status == status
    assert got.headers["content-type"] == "application/problem+json"


def test_nobody_listens_without_a_right() -> None:
    batch, other = make_batch(), make_batch()

    def status(headers: dict[str, str]) -> int:
        return subscribe(Live(), of(batch), headers=headers, until=lambda _: True).status

    assert status({}) == 401
    assert status({"Authorization": "Bearer mch_wrong"}) == 401
    assert status({"Cookie": "sessionid=nobody"}) == 401
    assert status(bearer(other.experiment)) == 404
    assert status({**bearer(batch.experiment), "Host": "evil.example"}) == 404
    assert status(bearer(batch.experiment)) == 200


def test_a_stream_ends_when_the_token_is_revoked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "ASKED_AGAIN", 0.0)
    monkeypatch.setattr(app, "SILENCE", 0.2)
    live, batch, user = Live(), make_batch(), make_user()
    batch.experiment.study.memberships.create(user=user, role=Role.VIEWER)
    token, secret = create_token(user=user, name="t", role=Role.VIEWER)

    def revoke() -> None:
        revoke_token(token, now=timezone.now())
        connections.close_all()

    got = subscribe(
        live, of(batch), headers={"Authorization": f"Bearer {secret}"}, until=lambda _: False, meanwhile=revoke
    )

    assert "you may not look any more" in got.text
    assert live.subscribers == 0


def test_a_quiet_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SILENCE", 0.1)
    batch = make_batch()

    got = subscribe(Live(), of(batch), headers=bearer(batch.experiment), until=lambda got: "still here" in got.text)

    assert got.text.startswith("retry: 2000\n")
