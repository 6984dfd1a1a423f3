"""Whatever is wrong with a request: one kind of document says so, with a 4xx, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from experiments.models import Experiment
from machina_site.api.catalogue import CATALOGUE
from tests.api.conftest import Answer, Program, counts
from tests.factories import make_unit

MEASUREMENT = {"unit": "device-18", "measure": "score", "value": 64, "key": "k"}


@pytest.fixture
def untouched(experiment: Experiment, api: Program) -> Iterator[None]:
    """Whatever the test sends, every table has as many rows afterwards."""
    make_unit(experiment, key="device-18")
    before = counts()
    yield
    assert counts() == before


def problem(response: Answer, status: int, code: str) -> dict[str, Any]:
    """The problem document; it says what it is, and where to read on."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    assert document["status"] == status
    assert document["type"] == f"/api/problems/{code}/"
    assert document["title"] == CATALOGUE[code].title
    assert document["detail"]
    assert document["hint"]
    return document


BAD_VALUES = {
    "an unknown measure": ({"measure": "colour"}, "measure", "There is no measure “colour”; known: score."),
    "an unknown unit": ({"unit": "nobody"}, "unit", "There is no unit “nobody” in this experiment."),
    "a wrong type": ({"value": "much"}, "value", "“score” is a number, not 'much'."),
    "true for a number": ({"value": True}, "value", "“score” is a number, not True."),
    "out of range": ({"value": 101}, "value", "“score” lies between 0 and 100, not at 101."),
    "a list for a key": ({"key": [1]}, "key", "Not a valid string."),
    "too long a key": ({"key": "k" * 201}, "key", "Ensure this field has no more than 200 characters."),
    "a text for the context": ({"context": "x"}, "context", 'Expected a dictionary of items but got type "str".'),
    "an unknown name": ({"colour": 1}, "colour", "This name is not known here."),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("change", BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_bad_value_is_named_by_its_path(api: Program, change: tuple[dict[str, object], str, str]) -> None:
    entry, path, message = change
    response = api.post("/experiments/soup/measurements/", {**MEASUREMENT, **entry})

    document = problem(response, 422, "invalid")
    assert document["errors"] == [{"path": path, "message": message}]


@pytest.mark.usefixtures("untouched")
def test_of_many_values_every_bad_one_is_named_and_none_is_recorded(api: Program) -> None:
    rows = [MEASUREMENT, {**MEASUREMENT, "key": "b", "value": -1}, {**MEASUREMENT, "key": "c", "unit": "nobody"}]

    document = problem(api.post("/experiments/soup/measurements/bulk/", {"measurements": rows}), 422, "invalid")

    assert [error["path"] for error in document["errors"]] == [
        "measurements[1].value",
        "measurements[2].unit",
    ]


@pytest.mark.usefixtures("untouched")
def test_more_than_ten_thousand_values_at_once_are_refused(api: Program) -> None:
    rows = [{**MEASUREMENT, "key": str(number)} for number in range(10_001)]

    problem(api.post("/experiments/soup/measurements/bulk/", {"measurements": rows}), 422, "invalid")


MALFORMED = {
    "half an object": b'{"unit": ',
    "not UTF-8": b'{"unit": "\xff"}',
    "NaN": b'{"unit": "a", "measure": "score", "value": NaN, "key": "k"}',
    "infinity by overflow": b'{"unit": "a", "measure": "score", "value": 1e999, "key": "k"}',
    "a number without end": b'{"value": ' + b"9" * 4000 + b"}",
    "NUL in a text": b'{"unit": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "half a character": b'{"unit": "\\ud800"}',
    "a key twice": b'{"unit": "a", "unit": "b"}',
    "deeper than anybody needs": b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_refused(api: Program, raw: bytes) -> None:
    problem(api.send("/experiments/soup/measurements/", raw, "application/json"), 400, "malformed")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("raw", [b"[]", b"1", b'"text"', b"null", b"", b"{}"])
def test_json_of_another_shape_is_refused(api: Program, raw: bytes) -> None:
    for path in ("measurements/", "measurements/bulk/", "assignments/", "sessions/"):
        problem(api.send(f"/experiments/soup/{path}", raw, "application/json"), 422, "invalid")


@pytest.mark.usefixtures("untouched")
def test_malformed_yaml_is_refused_with_its_line(api: Program) -> None:
    raw = b"slug: soup\ntitle: [unfinished\nsteps: []\n"
    response = api.send("/experiments/soup/definition/", raw, "application/yaml", method="PUT")

    errors = problem(response, 400, "malformed")["errors"]
    assert errors[0]["line"] == 3


@pytest.mark.usefixtures("untouched")
def test_a_yaml_definition_with_mistakes_names_every_line(api: Program) -> None:
    raw = b"slug: soup\ntitle: Soup\ntarget: many\ncolour: red\nsteps:\n  - {name: a, components: [{kind: texd}]}\n"
    response = api.send("/experiments/soup/definition/", raw, "application/yaml", method="PUT")

    errors = problem(response, 422, "invalid")["errors"]
    found = [(each["path"], each["line"]) for each in errors]
    assert found == [
        ("target", 3),
        ("colour", 4),
        ("steps[0].components[0].kind", 6),
    ]


@pytest.mark.usefixtures("untouched")
def test_a_body_over_ten_megabytes_is_refused_unread(api: Program) -> None:
    raw = b'{"text": "' + b"x" * (10 * 1024 * 1024) + b'"}'

    problem(api.send("/experiments/soup/measurements/bulk/", raw, "application/json"), 413, "too-large")


@pytest.mark.usefixtures("untouched")
def test_a_body_in_chunks_is_refused(api: Program) -> None:
    response = api.send("/experiments/soup/assignments/", b"", "application/json", Transfer_Encoding="chunked")

    problem(response, 411, "length-required")


@pytest.mark.usefixtures("untouched")
def test_a_form_is_no_body_that_we_read(api: Program) -> None:
    response = api.send("/experiments/soup/measurements/", b"a=1", "application/x-www-form-urlencoded")

    problem(response, 415, "unsupported-media-type")


@pytest.mark.usefixtures("untouched")
def test_another_method_is_refused_with_those_allowed(api: Program) -> None:
    response = api.ask("delete", "/experiments/soup/")

    problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.usefixtures("untouched")
def test_a_representation_that_we_do_not_have_is_refused(api: Program) -> None:
    problem(api.get("/experiments/soup/definition/", Accept="application/xml"), 406, "not-acceptable")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "path", ["/nothing/", "/experiments/soup/nothing/", "/experiments/nobody/", "/experiments/a%00/"]
)
def test_an_address_that_leads_nowhere_is_a_problem_too(api: Program, path: str) -> None:
    problem(api.get(path), 404, "unknown")


QUERIES = {
    "events/?after=-1": "after",
    "events/?after=99999999999999999999999": "after",
    "events/?limit=0": "limit",
    "events/?limit=1001": "limit",
    "events/?kind=%00": "kind",
    "units/?limit=many": "limit",
    "units/?cursor=nonsense": "cursor",
    "units/?cursor=YWZ0ZXIgOTk5OTk5OTk5OTk5OTk5OTk5OTk": "cursor",
    "units/?rehearsal=perhaps": "rehearsal",
    "measurements/?unit=1": "unit",
    "sessions/?status=happy": "status",
    "versions/1/diff/?against=0": "against",
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("path", "name"), QUERIES.items(), ids=QUERIES)
def test_a_bad_parameter_is_named(api: Program, path: str, name: str) -> None:
    errors = problem(api.get(f"/experiments/soup/{path}"), 422, "invalid")["errors"]

    assert [error["path"] for error in errors] == [name]


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("attributes", [{"a": [1]}, {"a": None}, {"a" * 61: 1}, {"a": "x" * 201}, [1], "x"])
def test_attributes_are_short_plain_values(api: Program, attributes: object) -> None:
    problem(api.post("/experiments/soup/assignments/", {"key": "new", "attributes": attributes}), 422, "invalid")


@pytest.mark.usefixtures("untouched")
def test_a_version_that_does_not_exist_is_unknown(api: Program) -> None:
    for number in (2, 10**12):
        problem(api.get(f"/experiments/soup/versions/{number}/"), 404, "unknown")


def test_every_problem_is_explained_at_its_address(api: Program) -> None:
    for code, entry in CATALOGUE.items():
        response = api.client.get(f"/api/problems/{code}/")
        assert json.loads(response.content)["title"] == entry.title
        assert json.loads(response.content)["hint"]
    assert len(api.client.get("/api/problems/").json()) == len(CATALOGUE)
    assert api.client.get("/api/problems/nonsense/").status_code == 404


def test_every_refusal_of_ours_is_in_the_catalogue() -> None:
    from experiments.errors import Refusal

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        yield kind
        for inner in kind.__subclasses__():
            yield from below(inner)

    for kind in below(Refusal):
        assert kind.code in CATALOGUE, kind
        assert CATALOGUE[kind.code].status == kind.status, kind


def test_a_fault_of_ours_is_a_problem_without_a_traceback(
    api: Program, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("experiments.api.experiments.unpublished_changes", fail)
    response = api.get("/experiments/soup/")

    document = problem(response, 500, "internal")
    assert "secret" not in str(document)
    assert response["X-Request-ID"]


def test_a_database_that_is_away_is_said_to_be_away(
    api: Program, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise OperationalError("secret detail")

    monkeypatch.setattr("experiments.api.experiments.unpublished_changes", fail)
    response = api.get("/experiments/soup/")

    assert "secret" not in str(problem(response, 503, "unavailable"))
    assert response["Retry-After"] == "2"


def test_a_forgotten_slash_leads_on_with_method_and_body(api: Program, experiment: Experiment) -> None:
    response = api.post("/experiments/soup/pause")

    assert response.status_code == 308
    assert response["Location"] == "/api/v1/experiments/soup/pause/"
