"""Assignments, measurements and events, as a program meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bandits.services.asking import reopen_lapsed
from experiments import events
from experiments.models import Event, Experiment, Measurement, Slot, Status, Study, Unit
from tests.api.conftest import Program, counts
from tests.factories import make_experiment, make_session, make_unit

ASSIGN = "/experiments/soup/assignments/"
MEASURE = "/experiments/soup/measurements/"


def value(number: object = 64, *, key: str = "k", unit: str = "device-18") -> dict[str, object]:
    return {"unit": unit, "measure": "score", "value": number, "key": key}


def test_a_unit_gets_an_arm_with_its_probability(api: Program, experiment: Experiment) -> None:
    response = api.post(ASSIGN, {"key": "device-18", "attributes": {"country": "PT"}})

    assert response.status_code == 201
    shown = response.json()
    assert shown["arm"] in ("plain", "vivid")
    assert shown["levels"] == {"frame": shown["arm"]}
    assert (shown["propensity"], shown["place"], shown["version"]) == (0.5, "leased", 1)
    assert Unit.objects.get().attributes == {"country": "PT"}


def test_the_same_key_gets_the_same_arm_and_takes_one_place(api: Program, experiment: Experiment) -> None:
    first = api.post(ASSIGN, {"key": "device-18"})
    before = counts()
    second = api.post(ASSIGN, {"key": "device-18"})

    assert second.status_code == 200
    assert second.json() == first.json()
    assert counts() == before


def test_a_paused_experiment_keeps_its_arms_and_gives_out_none(api: Program, experiment: Experiment) -> None:
    first = api.post(ASSIGN, {"key": "device-18"}).json()
    api.post("/experiments/soup/pause/")
    before = counts()

    assert api.post(ASSIGN, {"key": "device-18"}).json() == first
    refused = api.post(ASSIGN, {"key": "device-19"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-open")
    assert counts() == before


def test_when_every_place_is_taken_nothing_is_kept(api: Program, study: Study) -> None:
    make_experiment(study, slug="small", target=1)
    assert api.post("/experiments/small/assignments/", {"key": "a"}).status_code == 201
    before = counts()
    response = api.post("/experiments/small/assignments/", {"key": "b"})

    assert (response.status_code, response.json()["code"]) == (409, "full")
    assert counts() == before


def test_a_place_is_completed_once(api: Program, experiment: Experiment) -> None:
    unit = api.post(ASSIGN, {"key": "a"}).json()["unit"]

    for _ in range(2):
        assert api.post(f"{ASSIGN}{unit}/complete/").json()["place"] == "completed"
    refused = api.post(f"{ASSIGN}{unit}/release/")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert Slot.objects.get(unit__uuid=unit).status == "completed"


def test_a_released_place_is_filled_by_the_next(api: Program, study: Study) -> None:
    make_experiment(study, slug="small", target=1)
    path = "/experiments/small/assignments/"
    first = api.post(path, {"key": "a"}).json()

    for _ in range(2):
        assert api.post(f"{path}{first['unit']}/release/").json()["place"] == "none"
    second = api.post(path, {"key": "b"}).json()
    assert second["arm"] == first["arm"]
    for action in ("complete", "renew"):
        refused = api.post(f"{path}{first['unit']}/{action}/")
        assert (refused.status_code, refused.json()["code"]) == (409, "place-lost")


def test_a_silent_units_place_opens_again_unless_it_is_renewed(api: Program, experiment: Experiment) -> None:
    silent = api.post(ASSIGN, {"key": "a"}).json()["unit"]
    alive = api.post(ASSIGN, {"key": "b"}).json()["unit"]
    later = timezone.now() + timedelta(seconds=700)
    Slot.objects.filter(unit__uuid=alive).update(leased_until=timezone.now())
    api.post(f"{ASSIGN}{alive}/renew/")

    assert reopen_lapsed(now=timezone.now() + timedelta(seconds=500)) == 0
    Slot.objects.filter(unit__uuid=alive).update(leased_until=later)
    assert reopen_lapsed(now=later) == 1
    assert api.get(f"{ASSIGN}{silent}/").json()["place"] == "none"
    assert api.get(f"{ASSIGN}{alive}/").json()["place"] == "leased"


def test_a_persons_place_is_not_moved_behind_their_session(api: Program, experiment: Experiment) -> None:
    session = make_session(experiment)
    before = counts()
    for action in ("complete", "release", "renew"):
        response = api.post(f"{ASSIGN}{session.unit.uuid}/{action}/")
        assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert counts() == before


def test_a_unit_of_another_experiment_is_unknown_here(api: Program, experiment: Experiment, study: Study) -> None:
    make_experiment(study, slug="stew")
    unit = api.post("/experiments/stew/assignments/", {"key": "a"}).json()["unit"]

    assert api.get(f"{ASSIGN}{unit}/").status_code == 404
    assert api.get(f"/experiments/soup/units/{unit}/").status_code == 404
    assert api.post(MEASURE, value(unit=unit)).status_code == 422


def test_a_value_is_recorded_once_under_its_key(api: Program, experiment: Experiment) -> None:
    make_unit(experiment, key="device-18")

    assert api.post(MEASURE, value()).json() == {"recorded": 1, "known": 0}
    before = counts()
    again = api.post(MEASURE, value())
    assert (again.status_code, again.json()) == (200, {"recorded": 0, "known": 1})
    other = api.post(MEASURE, value(65))
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert counts() == before
    assert Measurement.objects.get().number == 64


def test_a_unit_may_be_named_by_its_id_or_its_key(api: Program, experiment: Experiment) -> None:
    unit = api.post(ASSIGN, {"key": "device-18"}).json()["unit"]
    rows = [value(1, key="a", unit=unit), value(2, key="b", unit="device-18")]

    assert api.post(f"{MEASURE}bulk/", {"measurements": rows}).status_code == 201
    assert {row["unit"] for row in api.get(MEASURE).json()["results"]} == {unit}


def test_ten_thousand_values_go_in_at_once(api: Program, experiment: Experiment) -> None:
    make_unit(experiment, key="device-18")
    rows = [value(number % 100, key=f"k{number}") for number in range(10_000)]

    response = api.post(f"{MEASURE}bulk/", {"measurements": rows})

    assert response.json() == {"recorded": 10_000, "known": 0}
    assert Measurement.objects.count() == 10_000
    assert Event.objects.filter(kind="measurement.recorded").count() == 1


def test_a_key_that_holds_another_value_keeps_all_out(api: Program, experiment: Experiment) -> None:
    make_unit(experiment, key="device-18")
    api.post(MEASURE, value(key="a"))
    before = counts()
    response = api.post(f"{MEASURE}bulk/", {"measurements": [value(1, key="b"), value(2, key="a")]})

    assert response.status_code == 409
    assert counts() == before


def test_a_key_twice_in_one_request_is_refused(api: Program, experiment: Experiment) -> None:
    make_unit(experiment, key="device-18")
    before = counts()
    response = api.post(f"{MEASURE}bulk/", {"measurements": [value(1), value(2)]})

    assert response.json()["errors"][0]["path"] == "measurements[1].key"
    assert counts() == before


def test_an_archived_experiment_takes_no_values(api: Program, study: Study) -> None:
    experiment = make_experiment(study, slug="old", status=Status.ARCHIVED)
    make_unit(experiment, key="device-18")
    before = counts()
    response = api.post("/experiments/old/measurements/", value())

    assert (response.status_code, response.json()["code"]) == (409, "frozen")
    assert counts() == before


def test_measurements_are_narrowed_by_measure_and_unit(api: Program, experiment: Experiment) -> None:
    for key in ("a", "b"):
        make_unit(experiment, key=key)
        api.post(MEASURE, value(key=key, unit=key))
    unit = Unit.objects.get(key="a").uuid

    assert [row["key"] for row in api.get(f"{MEASURE}?unit={unit}").json()["results"]] == ["a"]
    assert len(api.get(f"{MEASURE}?measure=score").json()["results"]) == 2
    assert api.get(f"{MEASURE}?measure=none").json()["results"] == []


def test_rehearsal_rows_show_only_when_asked_for(api: Program, study: Study) -> None:
    make_experiment(study, slug="trial", status=Status.REHEARSAL)
    api.post("/experiments/trial/assignments/", {"key": "a"})

    for path in ("units/", "assignments/"):
        assert api.get(f"/experiments/trial/{path}").json()["results"] == []
        assert len(api.get(f"/experiments/trial/{path}?rehearsal=true").json()["results"]) == 1


def test_the_cursor_of_events_stays_behind_the_youngest(api: Program, experiment: Experiment) -> None:
    old = events.record("old", experiment=experiment, at=timezone.now() - timedelta(minutes=1))
    young = events.record("young", experiment=experiment)
    Event.objects.filter(pk__lt=old.pk)
    page = api.get(f"/experiments/soup/events/?after={old.pk - 1}").json()

    assert [row["kind"] for row in page["results"]] == ["old", "young"]
    assert (page["next"], page["is_settled"]) == (old.pk, False)
    again = api.get(f"/experiments/soup/events/?after={page['next']}").json()
    assert [row["id"] for row in again["results"]] == [young.pk]
    assert again["next"] == old.pk


def test_events_come_page_by_page_and_by_kind(api: Program, experiment: Experiment) -> None:
    before = timezone.now() - timedelta(minutes=1)
    made = [events.record(kind, experiment=experiment, at=before) for kind in ("a", "b", "a")]
    start = made[0].pk - 1
    page = api.get(f"/experiments/soup/events/?after={start}&limit=2").json()

    assert [row["id"] for row in page["results"]] == [made[0].pk, made[1].pk]
    assert (page["next"], page["is_settled"]) == (made[1].pk, True)
    by_kind = api.get(f"/experiments/soup/events/?after={start}&kind=a").json()
    assert [row["id"] for row in by_kind["results"]] == [made[0].pk, made[2].pk]


@pytest.mark.parametrize("path", ["", "definition/", "events/", "arms/", "measurements/"])
def test_who_has_the_answer_already_gets_304(api: Program, experiment: Experiment, path: str) -> None:
    address = f"/experiments/soup/{path}"
    etag = api.get(address)["ETag"]
    again = api.get(address, If_None_Match=etag)

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    assert api.get(address, If_None_Match='"another"').status_code == 200


def test_a_change_has_another_etag(api: Program, experiment: Experiment) -> None:
    etags = {path: api.get(path)["ETag"] for path in ("/experiments/soup/", "/experiments/soup/events/")}
    api.post("/experiments/soup/pause/")

    for path, etag in etags.items():
        assert api.get(path, If_None_Match=etag).status_code == 200
