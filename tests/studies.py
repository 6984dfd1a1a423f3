"""Studies for tests, made through the product's own services."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from experiments.models import Experiment, Study
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.types import Json, JsonObject
from experiments.yaml_file import load
from participants.models import Session
from participants.services.entering import Entry, enter

EXAMPLES = Path(__file__).parent.parent / "examples"
NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

_numbers = itertools.count(1)

STEPS: list[Json] = [
    {"name": "welcome", "title": "Welcome", "components": [{"kind": "text", "props": {"body": "Hello."}}]},
    {
        "name": "rating",
        "title": "Rating",
        "components": [{"kind": "number", "name": "rating", "measure": "rating", "props": {"label": "How good?"}}],
    },
]


def document(**changes: Json) -> dict[str, Json]:
    """A small study document: two arms, two pages with one number; `changes` go to its experiment."""
    number = next(_numbers)
    slug = f"small-{number}"
    experiment: dict[str, Json] = {
        "slug": slug,
        "title": f"Small {number}",
        "target": 8,
        "factors": [{"name": "colour", "levels": ["red", "blue"]}],
        "measures": [{"name": "rating", "kind": "number", "role": "primary"}],
        "steps": STEPS,
        **changes,
    }
    consent: list[Json] = [{"version": "1", "title": "Consent", "body": "Do you agree?"}]
    study: dict[str, Json] = {"slug": f"small-study-{number}", "title": f"Study {number}", "consent": consent}
    return {"machina": 1, "study": study, "experiments": [experiment]}


def make_study(**changes: Json) -> Study:
    """A study with one draft experiment."""
    return import_study(document(**changes))


def make_experiment(**changes: Json) -> Experiment:
    """A draft experiment."""
    return make_study(**changes).experiments.get()


def running(**changes: Json) -> Experiment:
    """A running experiment."""
    return start_experiment(make_experiment(**changes))


def example(name: str) -> JsonObject:
    """One of the shipped study files."""
    loaded, _ = load((EXAMPLES / name).read_text())
    assert isinstance(loaded, Mapping)
    return loaded


def running_example(name: str) -> Experiment:
    """A shipped study, imported and started."""
    return start_experiment(import_study(example(name)).experiments.get())


def entry(**changes: object) -> Entry:
    """Somebody at the door who agrees to consent version 1."""
    return Entry(**{"key": f"key-{next(_numbers)}", "consent": "1", **changes})  # type: ignore[arg-type]  # by name


def enter_session(experiment: Experiment, *, now: datetime = NOON, **changes: object) -> Session:
    """A session that has just begun."""
    return enter(experiment, entry(**changes), now=now)
