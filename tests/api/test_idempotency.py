"""A POST under an Idempotency-Key is done once, however often it is sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from experiments.errors import Conflict
from experiments.models import Experiment, IdempotentRequest, Role, Slot, Unit
from experiments.services.idempotency import Answer, Asked, forget_requests, once
from experiments.services.lifecycle import pause_experiment, start_experiment
from tests.api.conftest import Program, counts, program
from tests.factories import make_experiment, make_study, make_user

PATH = "/experiments/soup/assignments/"


def test_the_second_time_the_first_answer_is_given_again(api: Program, experiment: Experiment) -> None:
    first = api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    before = counts()
    second = api.post(PATH, {"key": "a"}, Idempotency_Key="k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert counts() == before


def test_the_same_key_with_another_body_is_refused(api: Program, experiment: Experiment) -> None:
    api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    before = counts()
    response = api.post(PATH, {"key": "b"}, Idempotency_Key="k1")

    assert response.status_code == 422
    assert response.json()["code"] == "key-reused"
    assert counts() == before


def test_another_caller_may_use_the_same_key(api: Program, experiment: Experiment, owner: User) -> None:
    api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    response = program(owner).post(PATH, {"key": "b"}, Idempotency_Key="k1")

    assert response.status_code == 201


def test_a_refused_request_leaves_its_key_free(api: Program, experiment: Experiment) -> None:
    pause_experiment(experiment)
    refused = api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    assert refused.json()["code"] == "not-open"
    assert not IdempotentRequest.objects.exists()
    assert not Unit.objects.exists()

    start_experiment(experiment)
    assert api.post(PATH, {"key": "a"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["with blank", "é", "k" * 201])
def test_a_key_that_is_none_is_refused(api: Program, experiment: Experiment, key: str) -> None:
    response = api.post(PATH, {"key": "a"}, Idempotency_Key=key)

    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "Idempotency-Key"


def test_after_a_day_a_key_is_forgotten(api: Program, experiment: Experiment) -> None:
    api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    now = timezone.now()

    assert forget_requests(now=now) == 0
    assert forget_requests(now=now + timedelta(hours=25)) == 1


def test_a_key_older_than_a_day_is_a_new_one(api: Program, experiment: Experiment) -> None:
    api.post(PATH, {"key": "a"}, Idempotency_Key="k1")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert api.post(PATH, {"key": "b"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_doubles_sent_at_once_are_done_once(empty_cache: None) -> None:
    user = make_user()
    make_experiment(make_study(members={user: Role.OWNER}), slug="soup")
    secret = program(user).secret
    ready = threading.Barrier(6)

    def send() -> tuple[int, str]:
        try:
            ready.wait()
            response = Program(APIClient(), secret).post(PATH, {"key": "a"}, Idempotency_Key="k1")
            return response.status_code, response.json()["unit"]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = {future.result() for future in [pool.submit(send) for _ in range(6)]}

    assert len(answers) == 1
    assert Unit.objects.count() == 1
    assert IdempotentRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_unit_asked_for_by_many_at_once_gets_one_arm_and_one_place(empty_cache: None) -> None:
    user = make_user()
    make_experiment(make_study(members={user: Role.OWNER}), slug="soup")
    secret = program(user).secret
    ready = threading.Barrier(6)

    def send() -> tuple[str, str]:
        try:
            ready.wait()
            shown = Program(APIClient(), secret).post(PATH, {"key": "a"}).json()
            return shown["unit"], shown["arm"]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = {future.result() for future in [pool.submit(send) for _ in range(6)]}

    assert len(answers) == 1
    assert Slot.objects.taken().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_does_not_wait_for_ever(empty_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.services.idempotency.WAIT", "200ms")
    asked = Asked("token:1", "POST /here/", "k1", "digest")
    inside, over = threading.Event(), threading.Event()

    def hold() -> Answer:
        inside.set()
        assert over.wait(10)
        return Answer(201, {})

    def first() -> None:
        try:
            once(asked, hold, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert inside.wait(10)
        with pytest.raises(Conflict, match="being answered") as refusal:
            once(asked, lambda: Answer(500, {}), now=timezone.now())
        over.set()
        running.result()

    assert refusal.value.code == "under-way"
    assert once(asked, lambda: Answer(500, {}), now=timezone.now()) == (Answer(201, {}), True)
