"""Under load, lists stay exact: cells balanced, quotas kept, no place lost, and looking takes nothing."""

from __future__ import annotations

import threading
from collections import Counter

import httpx
import pytest
from django.db import connections
from django.utils import timezone

from experiments.models import Slot
from experiments.types import Json
from participants.models import Session
from participants.services.sweeping import sweep
from participants.simulation.people import Crowd
from tests.faults.load import Load, judging, put_under_load, said, served, spread_of
from tests.proof import ONLY_IN_PROOF
from tests.studies import running

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def difficult(participants: int, *, drop_out: float) -> Crowd:
    """A crowd, each kind of difficult person among them."""
    return Crowd(participants, drop_out=drop_out, impatient=0.1, doubling=0.1, network_loss=0.1)


class Scanner:
    """A mail program's link scanner: opens the door again and again, and takes nothing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: Counter[int] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        with httpx.Client(trust_env=False) as client:
            while not self._stop.wait(0.2):
                self.replies[client.get(self.url).status_code] += 1
                self.replies[client.head(self.url).status_code] += 1

    def __enter__(self) -> Scanner:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()


class Sweeper:
    """What the worker does by itself, all the time."""

    def __init__(self) -> None:
        self.expired = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sweep)

    def _sweep(self) -> None:
        while not self._stop.wait(0.3):
            self.expired += sweep(now=timezone.now())
        connections.close_all()

    def __enter__(self) -> Sweeper:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()


@pytest.mark.parametrize("participants", [200, pytest.param(600, marks=ONLY_IN_PROOF)])
def test_participants_of_whom_two_in_five_drop_out_fill_every_cell_alike(
    monkeypatch: pytest.MonkeyPatch, participants: int
) -> None:
    crowd, places = difficult(participants, drop_out=0.4), participants * 3 // 5
    experiment = running(**judging(target=places))

    with served(monkeypatch) as base_url, Scanner(f"{base_url}/s/{experiment.slug}/") as scanner:
        report = put_under_load(experiment, base_url, crowd, Load(clients=12, come_back=60))

    assert report.is_ok, said(report)
    completed = [cell.completed for cell in report.audit.cells]
    assert spread_of(completed) <= 1, said(report)
    assert sum(completed) == places, said(report)  # whoever stays to the end finds a place that a drop-out left
    assert report.audit.slots == {"completed": places}, said(report)
    rows = Counter(
        Slot.objects.filter(experiment=experiment).order_by().values_list("arm__name", "unit__assignment__row")
    )
    by_row = Counter((arm, row % 2) for arm, row in rows.elements())
    assert spread_of(list(by_row.values())) <= 1, by_row  # the within factor's orders, inside each cell
    assert Session.objects.filter(participant__platform="simulated").count() == Session.objects.count()
    assert scanner.replies[200] > 10
    assert set(scanner.replies) == {200}


@pytest.mark.parametrize(
    ("allocation", "most_apart"),
    [
        ({"policy": "permuted_blocks"}, 1),
        pytest.param({"policy": "minimisation", "strata": ["age"], "p": 1}, 2, marks=ONLY_IN_PROOF),
        ({"policy": "hash"}, 42),
    ],
    ids=["blocks, the last one cut", "minimisation", "hash"],
)
def test_no_policy_hands_out_more_places_than_there_are(
    monkeypatch: pytest.MonkeyPatch, allocation: Json, most_apart: int
) -> None:
    experiment = running(**judging(allocation=allocation, target=42))

    with served(monkeypatch) as base_url:
        report = put_under_load(experiment, base_url, Crowd(60, drop_out=0.3), Load(come_back=60))

    assert report.is_ok, said(report)
    completed = [cell.completed for cell in report.audit.cells]
    assert sum(completed) == 42, said(report)
    assert spread_of(completed) <= most_apart, said(report)


def test_quotas_of_arms_and_strata_hold_when_many_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    screening: Json = {
        "name": "age",
        "stage": "screening",
        "title": "Your age",
        "components": [
            {
                "kind": "choice",
                "name": "age",
                "attribute": "age",
                "props": {"label": "Age", "options": [{"value": "young"}, {"value": "old"}]},
            }
        ],
    }
    design = judging(target=60)
    steps = design["steps"]
    assert isinstance(steps, list)
    design |= {
        "steps": [screening, *steps],
        "allocation": {"policy": "stratified_blocks", "strata": ["age"], "stratum_quota": 20},
        "arms": [{"levels": {"frame": "plain", "length": "short"}, "quota": 7}],
    }
    experiment = running(**design)

    with served(monkeypatch) as base_url:
        report = put_under_load(experiment, base_url, difficult(70, drop_out=0.2), Load())

    assert report.is_ok, said(report)
    taken = Counter(Slot.objects.filter(experiment=experiment).taken().order_by().values_list("stratum", flat=True))
    assert len(taken) == 2
    assert max(taken.values()) <= 20
    capped = Slot.objects.filter(experiment=experiment, arm__name="plain / short").taken().count()
    assert capped == 7, said(report)


def test_whoever_outlives_the_lease_goes_on_or_is_told_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = running(**{**judging(target=60), "lease_seconds": 2})
    crowd = Crowd(70, drop_out=0.1, slow=0.5, doubling=0.2, network_loss=0.2)

    with served(monkeypatch) as base_url, Sweeper() as sweeper:
        report = put_under_load(experiment, base_url, crowd, Load(clients=16, away=3.5))

    assert report.is_ok, said(report)
    assert sweeper.expired > 20
    assert report.ledger.counts["resumed"] > 20
    assert report.ledger.ends["lost the place"] + report.audit.sessions["completed"] > 50, said(report)
