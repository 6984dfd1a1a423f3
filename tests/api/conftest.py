"""A study with its members' tokens, and a program that asks with one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIClient

from experiments.models import Experiment, Role, Study
from experiments.services.tokens import create_token
from tests.factories import make_experiment, make_study, make_user

V1 = "/api/v1"


class Answer(Protocol):
    """What a test client gives back."""

    status_code: int
    content: bytes

    def json(self) -> Any:
        """The body."""

    def __getitem__(self, header: str) -> str: ...

    def __contains__(self, header: str) -> bool: ...


@dataclass(frozen=True)
class Program:
    """A client with a token. Paths are below /api/v1/."""

    client: APIClient
    secret: str

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("post", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("put", path, body, **headers)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """headers: by name with underscores, as in If_Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            named["Authorization"] = f"Bearer {self.secret}"
        send = getattr(self.client, method)
        answer: Answer = (
            send(f"{V1}{path}", headers=named) if body is None else send(f"{V1}{path}", body, "json", headers=named)
        )
        return answer

    def send(self, path: str, raw: bytes, content_type: str, *, method: str = "POST", **headers: str) -> Answer:
        """The bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {self.secret}"
        path = f"{V1}{path}"
        answer: Answer = self.client.generic(method, path, raw, content_type, headers=named)  # type: ignore[arg-type]  # bytes do
        return answer


def program(user: User, *, role: str = Role.OWNER, study: Study | None = None) -> Program:
    """A program of that user."""
    _, secret = create_token(user=user, name="test", role=role, study=study)
    return Program(APIClient(), secret)


def counts() -> dict[str, int]:
    """How many rows each table of ours has: what must not change when something is refused."""
    ours = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]
    with connection.cursor() as cursor:
        found = {}
        for model in ours:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            found[model._meta.label] = int(cursor.fetchone()[0])
    return found


OUR_APPS = frozenset({"experiments", "bandits", "participants", "analysis", "runs", "crowd", "auth"})


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def study(owner: User) -> Study:
    return make_study("kitchen", members={owner: Role.OWNER})


@pytest.fixture
def experiment(study: Study) -> Experiment:
    return make_experiment(study, slug="soup")


@pytest.fixture
def api(owner: User, empty_cache: None) -> Program:
    """The owner's program."""
    return program(owner)


@pytest.fixture
def stranger(empty_cache: None) -> Program:
    """The owner of another study."""
    user = make_user("stranger")
    make_study("elsewhere", members={user: Role.OWNER})
    return program(user)


@pytest.fixture
def member(study: Study, empty_cache: None) -> Callable[[str], Program]:
    """A program of somebody who has that role in the study."""

    def make(role: str) -> Program:
        user = make_user(f"{role}-1")
        user.study_memberships.create(study=study, role=role)
        return program(user)

    return make
