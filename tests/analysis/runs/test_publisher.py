"""A program without a way to the database publishes over the API; what it says while the server is away comes once."""

from __future__ import annotations

import math
from pathlib import Path

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from analysis.runs.models import Run
from analysis.runs.publisher import Publisher, ServerAway
from analysis.runs.spool import left_behind
from experiments.models import Role
from experiments.services.tokens import create_token
from tests.analysis.runs.rows import make_run
from tests.factories import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def run() -> Run:
    return make_run()


@pytest.fixture
def secret(run: Run) -> str:
    user = make_user()
    run.batch.experiment.study.memberships.create(user=user, role=Role.RESEARCHER)
    return create_token(user=user, name="worker", role=Role.RESEARCHER)[1]


def test_what_is_said_arrives(live_server: LiveServer, run: Run, secret: str, tmp_path: Path) -> None:
    with Publisher(live_server.url, secret, tmp_path) as publisher:
        voice = publisher.run(str(run.uuid))
        voice.progress(epoch=1, step=3, steps=33)
        voice.measured(epoch=1, split="val", values={"f1": 0.9, "loss": math.nan})
        voice.log("halfway")
        voice.note("tuner.note", {"why": "because"})

    kinds = list(run.events.order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["run.progress", "run.measured", "run.logged", "tuner.note"]
    run.refresh_from_db()
    assert run.latest == {"val": {"f1": 0.9, "loss": "nan"}}
    assert publisher.refused == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_while_the_server_is_away_waits_for_the_next_publisher(
    live_server: LiveServer, run: Run, secret: str, tmp_path: Path
) -> None:
    away = Publisher("http://127.0.0.1:9", secret, tmp_path)
    away.run(str(run.uuid)).log("nobody hears this yet")
    with pytest.raises(ServerAway):
        away.flush()
    assert away.close() is False
    assert len(left_behind(tmp_path)) == 1
    assert not run.events.exists()

    Publisher(live_server.url, secret, tmp_path).close()

    assert [event.payload for event in run.events.all()] == [{"text": "nobody hears this yet"}]
    assert left_behind(tmp_path) == []


def test_an_answer_that_was_lost_on_its_way_doubles_nothing(
    live_server: LiveServer, run: Run, secret: str, tmp_path: Path
) -> None:
    class LosesTheFirstAnswer(httpx.HTTPTransport):
        asked = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            answer = super().handle_request(request)
            if self.asked == 1:
                raise httpx.ReadError("lost")
            return answer

    client = httpx.Client(transport=LosesTheFirstAnswer())
    with Publisher(live_server.url, secret, tmp_path, client=client) as publisher:
        publisher.run(str(run.uuid)).log("once")

    assert run.events.count() == 1


def test_what_the_server_will_never_take_is_told_and_not_in_the_way(
    live_server: LiveServer, run: Run, secret: str, tmp_path: Path
) -> None:
    with Publisher(live_server.url, secret, tmp_path) as publisher:
        publisher.run(str(run.uuid)).note("run.status", {"status": "completed"})
        publisher.flush()
        publisher.run(str(run.uuid)).log("and on")

    assert "said by the services alone" in publisher.refused[0]
    assert [event.kind for event in run.events.all()] == ["run.logged"]
