"""Whatever JSON is thrown at whatever route, the answer is never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from experiments.models import Experiment
from tests.api.conftest import Program
from tests.factories import make_definition, make_unit

ODD = st.sampled_from(
    ["\x00", "\ud800", "🚗", "", "{{ arm }}", "{{", "soup", "a" * 300, "null", "2026-01-01", "-1", "__proto__"]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, 10**400]),
    st.floats(),
    ODD,
    st.text(max_size=5),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ODD | st.text(max_size=5), inner, max_size=3)),
)
CONSENT = [{"version": "1", "title": "Consent", "body": "Stop any time."}]
STUDY: dict[str, Any] = {
    "title": "Kitchen",
    "description": "",
    "contact": "",
    "languages": ["en"],
    "retention_days": 10,
    "currency": "USD",
    "budget": "0.00",
    "consent": CONSENT,
}
VALUE = {"unit": "device-18", "measure": "score", "value": 1, "key": "k", "context": {}}
ROUTES: list[tuple[str, str, Any]] = [
    ("POST", "/experiments/soup/measurements/", VALUE),
    ("POST", "/experiments/soup/measurements/bulk/", {"measurements": [VALUE]}),
    ("POST", "/experiments/soup/assignments/", {"key": "device-19", "attributes": {"country": "PT"}}),
    (
        "POST",
        "/experiments/soup/evaluations/",
        {"policy": {"policy": "always", "arm": "red"}, "by": "page"},
    ),
    (
        "POST",
        "/experiments/soup/switches/",
        {
            "allocation": {"policy": "softmax", "temperature": 0.1},
            "confidence": 0.9,
            "plan": {
                "stages": [{"share": 0.1, "decisions": 10, "hours": 1.5}],
                "guardrails": [{"measure": "", "margin": 0.1, "limit": 1}],
                "alpha": 0.05,
            },
            "because": "to see",
            "start": True,
        },
    ),
    ("POST", "/experiments/soup/policy/halt/", {"to": "red", "because": "to see"}),
    ("POST", "/experiments/soup/bucket/", {"key": "device-19", "attributes": {"country": "PT"}}),
    ("POST", "/experiments/soup/decisions/", {"key": "device-19", "context": {"page": "menu"}}),
    ("POST", "/experiments/soup/sessions/", {"external_id": "panel-4711", "platform": "api"}),
    ("POST", "/experiments/soup/exports/stream/", {"table": "long", "format": "csv", "with_bom": False}),
    ("POST", "/experiments/", {"study": "kitchen", "definition": make_definition("stew")}),
    ("PUT", "/experiments/soup/definition/", make_definition("soup")),
    (
        "POST",
        "/studies/",
        {
            "machina": 1,
            "study": {**STUDY, "slug": "new"},
            "experiments": [make_definition("fresh")],
        },
    ),
    (
        "PUT",
        "/studies/kitchen/document/",
        {
            "machina": 1,
            "study": {**STUDY, "slug": "kitchen"},
            "experiments": [make_definition("soup")],
        },
    ),
]


def paths_in(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [before, *(path for key, each in inner for path in paths_in(each, (*before, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at that place."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), new)}
    return [replaced(each, tuple(rest), new) if index == key else each for index, each in enumerate(value)]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """What stands at that place."""
    for key in path:
        value = value[key]
    return value


def alike(value: Any) -> st.SearchStrategy[Any]:
    """Another value of the same type, which may well be accepted."""
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int | float):
        return st.one_of(st.integers(-3, 1000), st.floats(-3, 1000))
    if isinstance(value, str):
        return st.one_of(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=20), ODD)
    if isinstance(value, list):
        return st.sampled_from([[], value[:1], value[1:], value * 2])
    return st.sampled_from([{}, value])


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, Any]:
    """(method, path, body): right but for one place, which may be the whole."""
    method, path, body = draw(st.sampled_from(ROUTES))
    place = draw(st.sampled_from(paths_in(body)))
    return method, path, replaced(body, place, draw(st.one_of(VALUES, alike(at(body, place)))))


@pytest.mark.slow
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(requests())
def test_no_body_is_a_fault_of_ours(api: Program, experiment: Experiment, sent: tuple[str, str, Any]) -> None:
    if not experiment.units.filter(key="device-18").exists():
        make_unit(experiment, key="device-18")
    method, path, body = sent
    with transaction.atomic():
        response = api.send(path, json.dumps(body).encode(), "application/json", method=method)
        list(getattr(response, "streaming_content", ()))  # a download's transaction ends with its last line
        published = api.post("/experiments/soup/publish/")
        entered = api.post("/experiments/soup/assignments/", {"key": "newcomer"})
        transaction.set_rollback(True)

    event(str(response.status_code))
    for each in (response, published, entered):
        assert each.status_code < 500, each.content
