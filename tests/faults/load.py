"""Putting an experiment under the load of simulated participants, on a real web server over the test's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection

from experiments.models import Experiment
from experiments.types import Json
from participants.flow.answer_model import AnswerModel
from participants.simulation.audit import audit
from participants.simulation.browser import Network
from participants.simulation.knowledge import Knowledge
from participants.simulation.ledger import Ledger
from participants.simulation.pace import Pace
from participants.simulation.people import Crowd, people
from participants.simulation.report import Report
from participants.simulation.run import Arrivals, Run
from participants.simulation.serve import web_server
from participants.simulation.visit import Script, new_run

LEASE = 6  # seconds: long enough for a page turn on a busy machine

JUDGEMENT: list[Json] = [
    {
        "name": "judge",
        "title": "Case {{ case.id }}",
        "repeat": {"over": "cases", "as": "case", "order": "shuffle", "within": ["features"]},
        "components": [
            {
                "kind": "choice",
                "name": "trusted",
                "measure": "trusted",
                "props": {"label": "Which?", "options": [{"value": "k"}, {"value": "m"}]},
            },
            {"kind": "slider", "name": "sure", "measure": "sure", "props": {"label": "How sure?"}},
        ],
    },
]


def judging(**entries: Json) -> dict[str, Json]:
    """Entries of an experiment: four cells, a within factor, two cases."""
    return {
        "factors": [
            {"name": "frame", "levels": ["plain", "vivid"]},
            {"name": "length", "levels": ["short", "long"]},
            {"name": "features", "scope": "within", "levels": [3, 8], "order": "latin_square"},
        ],
        "measures": [
            {"name": "trusted", "kind": "choice"},
            {"name": "sure", "kind": "number", "role": "primary", "low": 0, "high": 100},
        ],
        "stimuli": {"cases": [{"id": "a"}, {"id": "b"}]},
        "steps": JUDGEMENT,
        "lease_seconds": LEASE,
        **entries,
    }


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch, *, workers: int = 2) -> Iterator[str]:
    """The address of a gunicorn over the test's own database."""
    name = connection.settings_dict["NAME"]
    if settings.DATABASE_URL:
        monkeypatch.setenv("DATABASE_URL", settings.DATABASE_URL.rsplit("/", 1)[0] + f"/{name}")
    else:
        monkeypatch.setenv("DATABASE_URL", settings.EMBEDDED_POSTGRES.url(name))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.faults.served_settings")
    with web_server(workers) as base_url:
        yield base_url


@dataclass(frozen=True)
class Load:
    """How a crowd comes. come_back: seconds for which those who find it full try again.

    away: seconds for which the slow leave a page alone.
    """

    clients: int = 12
    come_back: float = 0.0
    through_faults: bool = False
    patience: float = 20.0
    think_time: float = 0.0
    away: float = LEASE + 1.0


def put_under_load(experiment: Experiment, base_url: str, crowd: Crowd, load: Load) -> Report:
    """Send everybody, wait for the last, look at the rows."""
    ledger = Ledger()
    pace = Pace(load.think_time, away=load.away)
    with Knowledge() as knowledge:
        script = Script(experiment.slug, new_run(), AnswerModel(), pace, knowledge, ledger, come_back=load.come_back)
        network = Network(base_url, through_faults=load.through_faults, patience=load.patience)
        seconds = Run(script, network, Arrivals(load.clients)).run(people(crowd))
    return Report(experiment.slug, crowd.participants, seconds, ledger, audit(experiment, ledger))


def said(report: Report) -> str:
    """For the message of an assertion."""
    return "\n".join(report.lines(rate=True))


def spread_of(counts: Sequence[int]) -> int:
    """Most minus fewest."""
    return max(counts) - min(counts)
