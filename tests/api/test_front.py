"""The front answers as the view does, byte for byte; what it does not answer, the view does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision, PolicyState, Reward
from bandits.services import states
from bandits.services.identity import new_identity
from experiments.models import ApiToken, Experiment, Role, Study
from experiments.services.lifecycle import archive_experiment, complete_experiment, pause_experiment
from experiments.services.tokens import create_token, revoke_token
from machina_site.front import passes
from tests.api.conftest import Program, counts
from tests.factories import make_user
from tests.fronted import FrontClient, Fronted
from tests.learners import make_learner
from tests.studies import NOON

SOUP = "/experiments/soup/decisions/"
EACH_TIME_ANEW = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset", "Content-Length", "Vary"}
DJANGOS = {"Allow", "Content-Language"}
Ask = Callable[..., Fronted]


@pytest.fixture(autouse=True)
def no_pass_is_left() -> None:
    passes.forget_passes()


@pytest.fixture
def learner(study: Study) -> Experiment:
    return make_learner(study, slug="soup")


@pytest.fixture
def secret(owner: User) -> str:
    return create_token(user=owner, name="front", role=Role.OWNER)[1]


@pytest.fixture
def ask(secret: str) -> Ask:
    """POST with the owner's token."""
    client = FrontClient()

    def post(path: str, body: object = None, **headers: str) -> Fronted:
        named = {"Authorization": f"Bearer {secret}"} | {key.replace("_", "-"): value for key, value in headers.items()}
        return client.post(f"/api/v1{path}", {} if body is None else body, headers=named)

    return post


@pytest.mark.usefixtures("learner", "empty_cache")
@pytest.mark.parametrize("body", [{"key": "device-18", "context": {"page": "menü"}}, {"key": "b"}])
def test_the_front_answers_what_the_view_answers(ask: Ask, api: Program, body: object) -> None:
    new, again, by_view = ask(SOUP, body), ask(SOUP, body), api.post(SOUP, body)

    assert (new.by_front, again.by_front) == (True, True)
    assert (new.status_code, again.status_code, by_view.status_code) == (201, 200, 200)
    assert new.content == again.content == by_view.content
    headers = dict(by_view.headers)  # type: ignore[attr-defined]  # Django's response has them
    assert set(headers) - set(new.headers) == DJANGOS
    kept = set(new.headers) - EACH_TIME_ANEW
    assert {name: new[name] for name in kept if name != "Vary"} == {
        name: headers[name] for name in kept if name != "Vary"
    }


@pytest.mark.usefixtures("learner", "empty_cache")
def test_a_reward_is_taken_once_by_either(ask: Ask) -> None:
    reward = f"/decisions/{ask(SOUP).json()['id']}/reward/"
    new, again, other = ask(reward, {"value": True}), ask(reward, {"value": 1}), ask(reward, {"value": 0})
    corrected = ask(reward, {"value": 0, "correct": True})

    assert (new.by_front, again.by_front, other.by_front) == (True, False, False)
    assert (new.status_code, new.json()) == (201, {"taken": 1, "known": 0})
    assert (again.status_code, again.json()) == (200, {"taken": 0, "known": 1})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert corrected.json() == {"taken": 1, "known": 0}
    assert [row.value for row in Reward.objects.all()] == [0.0]


@pytest.mark.usefixtures("learner", "empty_cache")
def test_many_are_decided_at_once(ask: Ask, api: Program) -> None:
    body = {"decisions": [{"key": f"k{n}"} for n in range(500)]}
    new, by_view = ask(f"{SOUP}bulk/", body), api.post(f"{SOUP}bulk/", body)

    assert new.by_front
    assert (new.status_code, new.json()["new"], by_view.json()["new"]) == (201, 500, 0)
    assert new.json()["decisions"] == by_view.json()["decisions"]
    assert Decision.objects.count() == 500


@pytest.mark.usefixtures("learner", "empty_cache")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"colour": "red"}, 422, "invalid"),
        ({"key": "x" * 201}, 422, "invalid"),
        ({"context": [1]}, 422, "invalid"),
        ([], 422, "invalid"),
        (b"{", 400, "malformed"),
        (b'{"key": "a", "key": "b"}', 400, "malformed"),
        (b'{"context": {"a": NaN}}', 400, "malformed"),
        (b'{"key": "\\u0000"}', 400, "malformed"),
        (b"\xff", 400, "malformed"),
        (b"[" * 200_000, 400, "malformed"),
        (b'{"key": "' + b"x" * 10 * 1024 * 1024 + b'"}', 413, "too-large"),
    ],
    ids=["name", "long key", "context", "list", "cut", "twice", "NaN", "NUL", "no UTF-8", "deep", "10 MB"],
)
def test_what_cannot_be_read_is_refused_by_the_view_and_changes_nothing(
    secret: str, body: object, status: int, code: str
) -> None:
    before = counts()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    for path in (SOUP, f"{SOUP}bulk/"):
        answer = FrontClient().generic(
            "POST", f"/api/v1{path}", raw, "application/json", headers={"Authorization": f"Bearer {secret}"}
        )
        assert (answer.by_front, answer.status_code) == (False, status)
        assert answer.json()["code"] == code
        assert answer["Content-Type"] == "application/problem+json"
    assert counts() == before


@pytest.mark.usefixtures("learner", "empty_cache")
def test_who_may_not_is_told_so_and_changes_nothing(study: Study, owner: User, ask: Ask) -> None:
    reward = f"/decisions/{ask(SOUP).json()['id']}/reward/"
    viewer = create_token(user=owner, name="v", role=Role.VIEWER)[1]
    before = counts()
    for secret, status in ((viewer, 403), ("mch_unknown", 401), ("", 401)):
        for path, body in ((SOUP, {}), (reward, {"value": 1})):
            headers = {"Authorization": f"Bearer {secret}"} if secret else {}
            answer = FrontClient().post(f"/api/v1{path}", body, headers=headers)
            assert (answer.by_front, answer.status_code) == (False, status)
    assert ask("/experiments/nothing/decisions/").status_code == 404
    assert ask(f"{reward[:-12]}0000/reward/".replace("//", "/"), {"value": 1}).status_code == 404
    assert counts() == before


@pytest.mark.usefixtures("learner", "empty_cache")
def test_a_token_that_was_revoked_is_trusted_for_two_seconds_at_most(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(SOUP)
    revoke_token(ApiToken.objects.get(), now=PolicyState.objects.get().created_at)
    assert passes.TRUSTED <= 2
    later = time.monotonic() + passes.TRUSTED
    monkeypatch.setattr("machina_site.front.passes.time.monotonic", lambda: later)

    assert ask(SOUP).status_code == 401
    assert Decision.objects.count() == 1


@pytest.mark.usefixtures("empty_cache")
def test_pausing_and_archiving_are_felt_at_once_whatever_is_remembered(ask: Ask, learner: Experiment) -> None:
    decision = ask(SOUP, {"key": "a"}).json()
    pause_experiment(learner)
    refused, known = ask(SOUP, {"key": "b"}), ask(SOUP, {"key": "a"})
    rewarded = ask(f"/decisions/{decision['id']}/reward/", {"value": 1})
    archive_experiment(complete_experiment(learner))
    frozen = ask(f"/decisions/{decision['id']}/reward/", {"value": 0, "correct": True})

    assert (refused.status_code, refused.json()["code"]) == (409, "not-open")
    assert (known.status_code, known.json()["id"]) == (200, decision["id"])
    assert rewarded.status_code == 201
    assert (frozen.status_code, frozen.json()["code"]) == (409, "frozen")
    assert (Decision.objects.count(), Reward.objects.get().value) == (1, 1.0)


@pytest.mark.usefixtures("empty_cache")
def test_what_one_request_reads_anew_changes_under_no_other_and_is_there_for_the_next(
    secret: str, learner: Experiment
) -> None:
    one, other = (passes.pass_for(secret, "soup") for _ in range(2))
    assert one is not None
    assert other is not None
    pause_experiment(learner)
    one.experiment.refresh_from_db()
    assert (one.experiment.status, other.experiment.status) == ("paused", "running")

    one.keep()
    later = passes.pass_for(secret, "soup")
    assert later is not None
    assert (later.experiment.status, other.experiment.status) == ("paused", "running")


@pytest.mark.usefixtures("empty_cache")
def test_a_role_that_was_taken_away_is_trusted_for_two_seconds_at_most(
    study: Study, learner: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user("researcher")
    user.study_memberships.create(study=study, role=Role.RESEARCHER)
    headers = {"Authorization": f"Bearer {create_token(user=user, name='r', role=Role.OWNER)[1]}"}
    client = FrontClient()
    assert client.post(f"/api/v1{SOUP}", {}, headers=headers).by_front
    user.study_memberships.all().delete()
    later = time.monotonic() + passes.TRUSTED
    monkeypatch.setattr("machina_site.front.passes.time.monotonic", lambda: later)

    assert client.post(f"/api/v1{SOUP}", {}, headers=headers).status_code == 404
    assert Decision.objects.count() == 1


@pytest.mark.usefixtures("empty_cache")
def test_an_id_that_hints_at_another_experiment_is_rewarded_all_the_same(
    study: Study, learner: Experiment, ask: Ask
) -> None:
    other = make_learner(study, slug="stew", policy="linucb", dimension=1)
    there = f"/experiments/{other.slug}/decisions/"
    asked = [(SOUP, {}), (there, {"context": {"features": [1]}})]
    ids = [ask(path, body).json()["id"] for path, body in asked for _ in range(2)]
    wrong = Decision.objects.get(uuid=ids[0])
    wrong.uuid = new_identity(NOON, experiment=other.pk)
    wrong.save()
    answers = [ask(f"/decisions/{each}/reward/", {"value": 1}) for each in (wrong.uuid, *ids[1:])]

    assert [(each.by_front, each.status_code) for each in answers] == [(True, 201)] * 4
    assert dict(Reward.objects.values_list("experiment", "value")) == {learner.pk: 1.0, other.pk: 1.0}
    assert Reward.objects.count() == 4


@pytest.mark.usefixtures("learner", "empty_cache")
def test_an_idempotency_key_is_the_views_own_business(ask: Ask) -> None:
    first, again = ask(SOUP, {}, Idempotency_Key="k"), ask(SOUP, {}, Idempotency_Key="k")

    assert (first.by_front, again["Idempotent-Replayed"]) == (False, "true")
    assert first.json() == again.json()
    assert Decision.objects.count() == 1


@pytest.mark.usefixtures("learner", "empty_cache")
def test_a_decision_is_one_statement_and_so_is_its_reward(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "STALE", timedelta(hours=1))
    monkeypatch.setattr(passes, "TRUSTED", 3600.0)
    for _ in range(2):
        ask(f"{SOUP}bulk/", {"decisions": [{}] * 20})
    decision = ask(SOUP).json()["id"]
    said = []
    for path, body in ((SOUP, {}), (SOUP, {"key": "a"}), (f"/decisions/{decision}/reward/", {"value": 1})):
        with CaptureQueriesContext(connection) as captured:
            assert ask(path, body).by_front
        said.append(len(captured))

    assert said == [1, 1, 1]


@pytest.mark.usefixtures("empty_cache")
def test_two_hundred_experiments_cost_a_request_what_one_costs(
    study: Study, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "STALE", timedelta(hours=1))  # a busy machine reads nothing anew in between
    monkeypatch.setattr(passes, "TRUSTED", 3600.0)
    monkeypatch.setattr(passes, "NAMED", 3600.0)
    slugs = [make_learner(study, slug=f"e{n}").slug for n in range(200)]
    for slug in slugs * 2:  # each arm's name is read once, too
        ask(f"/experiments/{slug}/decisions/bulk/", {"decisions": [{}] * 20})
    ask(f"/experiments/{slugs[0]}/decisions/", {"key": "a"})  # the statement is prepared once for each connection
    with CaptureQueriesContext(connection) as captured:
        for slug in slugs[-20:]:
            assert ask(f"/experiments/{slug}/decisions/", {"key": "a"}).by_front

    assert len(captured) == 20


@pytest.mark.usefixtures("learner", "empty_cache")
def test_floods_of_one_token_are_refused(ask: Ask, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("machina_site.api.throttles.time.time", lambda: 60_050.0)
    monkeypatch.setattr("machina_site.front.passes.time.time", lambda: 60_050.0)
    settings.API_HOT_RATE_PER_MINUTE = 2  # type: ignore[attr-defined]  # pytest-django's
    answers = [ask(SOUP) for _ in range(3)]

    assert [each.status_code for each in answers] == [201, 201, 429]
    assert [each["RateLimit-Remaining"] for each in answers] == ["1", "0", "0"]
    assert Decision.objects.count() == 2


def test_every_other_address_is_djangos() -> None:
    answer = FrontClient().get("/healthz")

    assert (answer.by_front, answer.status_code) == (False, 200)
