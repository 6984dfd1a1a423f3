"""Lists are read page by page, stay whole while rows come in, and cost the same with 100,000 rows as with ten."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experiments.models import Experiment, Role, Study
from tests.api.conftest import Program
from tests.factories import fill_with_sessions, make_experiment, make_session, make_study, make_unit
from tests.query_counts import reviewed

COUNTED = {
    "studies": "/studies/",
    "study": "/studies/kitchen/",
    "study document": "/studies/kitchen/document/",
    "experiments": "/experiments/",
    "experiment": "/experiments/soup/",
    "definition": "/experiments/soup/definition/",
    "versions": "/experiments/soup/versions/",
    "arms": "/experiments/soup/arms/",
    "measures": "/experiments/soup/measures/",
    "units": "/experiments/soup/units/",
    "assignments": "/experiments/soup/assignments/",
    "measurements": "/experiments/soup/measurements/",
    "sessions": "/experiments/soup/sessions/",
    "choices": "/experiments/soup/choices/",
    "events": "/experiments/soup/events/",
}


def queries(api: Program, path: str) -> int:
    api.get(path)  # the token's use is stamped once a minute
    with CaptureQueriesContext(connection) as captured:
        assert api.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("name", "path"), COUNTED.items(), ids=COUNTED)
def test_a_route_costs_what_was_reviewed(api: Program, experiment: Experiment, name: str, path: str) -> None:
    for _ in range(3):
        make_session(experiment, pages=None)

    assert queries(api, path) == reviewed(f"api:{name}")


def test_an_assignment_costs_what_was_reviewed(api: Program, experiment: Experiment) -> None:
    api.post("/experiments/soup/assignments/", {"key": "a"})
    with CaptureQueriesContext(connection) as captured:
        api.post("/experiments/soup/assignments/", {"key": "b"})

    assert len([each for each in captured if "SAVEPOINT" not in each["sql"]]) == reviewed("api:assign")


def test_a_thousand_measurements_cost_no_more_queries_than_one(api: Program, experiment: Experiment) -> None:
    make_unit(experiment, key="a")
    rows = [{"unit": "a", "measure": "score", "value": 1, "key": f"k{number}"} for number in range(1000)]
    api.get("/studies/")  # the token's use is stamped once a minute
    with CaptureQueriesContext(connection) as captured:
        api.post("/experiments/soup/measurements/bulk/", {"measurements": rows})

    assert len([each for each in captured if "SAVEPOINT" not in each["sql"]]) == reviewed("api:bulk")


@pytest.mark.slow
def test_lists_stay_flat_with_a_hundred_thousand_sessions(api: Program, experiment: Experiment) -> None:
    fill_with_sessions(experiment, 100_000)
    for name in ("units", "assignments", "sessions", "events", "experiment", "measurements"):
        path = COUNTED[name]
        assert queries(api, path) == reviewed(f"api:{name}")
        with CaptureQueriesContext(connection) as captured:
            page = api.get(f"{path}?limit=100").json()
        slowest = max(float(each["time"]) for each in captured)
        assert slowest < 0.2, (name, slowest)
        if name in ("units", "sessions"):
            assert len(page["results"]) == 100


def test_following_next_reads_every_row_once_while_others_come_in(api: Program, experiment: Experiment) -> None:
    made = [str(make_unit(experiment, key=str(number)).uuid) for number in range(7)]
    seen: list[str] = []
    address = "/experiments/soup/units/?limit=3"
    while address:
        page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        made += [str(make_unit(experiment, key=f"late {len(made)}").uuid)] if len(made) < 9 else []
        address = (page["next"] or "").replace("http://testserver/api/v1", "")

    assert seen == made


def test_filters_stay_on_while_pages_turn(api: Program, study: Study, owner: object) -> None:
    for number in range(3):
        make_experiment(study, slug=f"kept-{number}")
    make_experiment(make_study("other", members={study.memberships.get().user: Role.OWNER}), slug="left-out")
    first = api.get("/experiments/?study=kitchen&limit=2").json()
    second = api.get(first["next"].replace("http://testserver/api/v1", "")).json()

    assert [row["slug"] for row in (*first["results"], *second["results"])] == ["kept-0", "kept-1", "kept-2"]
    assert second["next"] is None


def test_experiments_are_narrowed_by_status(api: Program, experiment: Experiment, study: Study) -> None:
    make_experiment(study, slug="sketch", status="draft")

    assert [row["slug"] for row in api.get("/experiments/?status=draft").json()["results"]] == ["sketch"]
