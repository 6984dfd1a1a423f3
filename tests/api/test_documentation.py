"""The API describes itself, with an example of every request and answer, and asks nobody else for a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator

METHODS = ("get", "post", "put")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    response = Client().get("/api/schema/")
    assert response.status_code == 200
    return dict(yaml.safe_load(response.content))


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {path}", item[method]


def test_no_two_operations_share_a_name_or_a_sentence(schema: dict[str, Any]) -> None:
    found = [operation for _, operation in operations(schema)]

    assert len({operation["operationId"].rstrip("_0123456789") for operation in found}) == len(found)
    assert len({operation["description"] for operation in found}) == len(found)


def test_every_operation_has_a_sentence_and_a_tag(schema: dict[str, Any]) -> None:
    found = list(operations(schema))

    assert len(found) >= 45
    for name, operation in found:
        assert operation["description"].strip().endswith((".", "?")), name
        assert operation["tags"] != ["api"], name


def test_every_body_has_an_example(schema: dict[str, Any]) -> None:
    missing = []
    for name, operation in operations(schema):
        if name.startswith("get /api/v1/study-schema"):
            continue  # it is a schema, and shows itself
        bodies = [operation.get("requestBody", {}), *_successes(operation)]
        for body in bodies:
            for media, content in body.get("content", {}).items():
                if media.endswith("json") and not content.get("examples"):
                    missing.append(name)
    assert missing == []


def test_every_example_has_the_shape_it_stands_for(schema: dict[str, Any]) -> None:
    looked_at = 0
    for name, operation in operations(schema):
        for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in body.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    shape = {**content["schema"], "components": schema["components"]}
                    errors = [error.message for error in Draft202012Validator(shape).iter_errors(example["value"])]
                    assert errors == [], name
                    looked_at += 1
    assert looked_at > 200


def test_every_operation_tells_what_can_go_wrong(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        expected = {"401", "403", "429"} | ({"400", "409", "413", "422"} if not name.startswith("get") else set())
        assert expected <= set(operation["responses"]), name
        problem = operation["responses"]["401"]["content"]
        assert list(problem) == ["application/problem+json"]


def test_a_token_is_how_one_asks(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_the_pages_files_come_from_here(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert addresses
    assert all(address.startswith("/static/") for address in addresses)


def _successes(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [response for status, response in operation["responses"].items() if status.startswith("2")]
