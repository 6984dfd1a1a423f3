"""No route answers somebody who may not ask; the list of routes is taken from the URLs themselves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from experiments.api.base import ApiView
from experiments.models import Experiment, Role
from participants.capability import token_of
from tests.api.conftest import Program, counts, program
from tests.factories import make_session, make_user

VALUES = {"slug": "soup", "number": "1", "action": "start", "table": "long", "format": "csv"}
UUID = str(uuid.UUID(int=18))
METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> list[tuple[str, type[ApiView]]]:
    """(pattern, view) of everything below /api/v1/."""
    found = [(pattern, view) for pattern, view in _walk(get_resolver().url_patterns, "") if "api/v1/" in pattern]
    return [(pattern, view) for pattern, view in found if "<path:rest>" not in pattern]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, type[ApiView]]]:
    for pattern in patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here, cast("type[ApiView]", getattr(pattern.callback, "view_class", None))


def address(pattern: str, experiment: Experiment) -> str:
    """The route with real values: this experiment, or its study."""
    slug = experiment.study.slug if "studies/" in pattern else experiment.slug
    path = "/" + pattern
    for converter in ("slug:", "int:", "uuid:", "str:", ""):
        for name, value in {**VALUES, "slug": slug}.items():
            path = path.replace(f"<{converter}{name}>", value)
    return re.sub("<uuid:[a-z]+>", UUID, path)


def test_there_are_routes_to_look_at() -> None:
    assert len(routes()) >= 30
    assert all(issubclass(view, ApiView) for _, view in routes())


def test_every_method_of_every_view_names_the_right_it_needs() -> None:
    for pattern, view in routes():
        served = {method.upper() for method in ("get", "post", "put") if hasattr(view, method)}
        assert served == set(view.rights), pattern


@pytest.mark.usefixtures("empty_cache")
def test_without_credentials_every_route_says_401_and_nothing_changes(experiment: Experiment) -> None:
    before = counts()
    for pattern, _ in routes():
        for method in METHODS:
            response = getattr(APIClient(), method)(address(pattern, experiment), {}, format="json")

            assert response.status_code == 401, (method, pattern)
            assert response["Content-Type"] == "application/problem+json"
            assert response["WWW-Authenticate"].startswith("Bearer")
    assert counts() == before


def test_a_foreign_study_is_not_even_there(experiment: Experiment, stranger: Program) -> None:
    make_session(experiment)
    before = counts()
    for pattern, view in routes():
        if "<slug:slug>" not in pattern:
            continue
        for method in view.rights:
            path = address(pattern, experiment).removeprefix("/api/v1")
            response = stranger.ask(method.lower(), path, {})

            assert response.status_code == 404, (method, pattern)
            assert response.json()["code"] == "unknown"
            assert experiment.title not in response.content.decode()
    assert counts() == before


def test_a_token_of_one_study_does_not_open_another_of_the_same_user(experiment: Experiment) -> None:
    other = make_session().experiment.study
    user = make_user("both")
    for each in (other, experiment.study):
        user.study_memberships.create(study=each, role=Role.OWNER)
    bound = program(user, study=other)

    assert bound.get("/experiments/soup/").status_code == 404
    assert [row["slug"] for row in bound.get("/studies/").json()["results"]] == [other.slug]
    assert "soup" not in str(bound.get("/experiments/").json())


def test_a_viewer_may_look_but_sees_no_data_and_changes_nothing(
    experiment: Experiment, member: Callable[[str], Program]
) -> None:
    viewer = member(Role.VIEWER)
    before = counts()
    for pattern, view in routes():
        if "<slug:slug>" not in pattern:
            continue
        for method, right in view.rights.items():
            if right == "view":
                continue
            response = viewer.ask(method.lower(), address(pattern, experiment).removeprefix("/api/v1"), {})

            assert response.status_code == 403, (method, pattern)
            assert response.json()["code"] == "forbidden"
    assert counts() == before


def test_a_token_caps_what_its_owner_may(experiment: Experiment) -> None:
    capped = program(experiment.study.memberships.get().user, role=Role.VIEWER)

    assert capped.get("/experiments/soup/").status_code == 200
    assert capped.post("/experiments/soup/pause/").status_code == 403
    assert capped.get("/experiments/soup/measurements/").status_code == 403


def test_no_answer_holds_a_participants_capability(experiment: Experiment, api: Program) -> None:
    session = make_session(experiment, pages=None, external_id="panel-4711")
    for path in ("sessions/", f"sessions/{session.uuid}/", "units/", "events/", "assignments/"):
        text = api.get(f"/experiments/soup/{path}").content.decode()

        assert token_of(session.uuid) not in text
        assert "panel-4711" not in text
