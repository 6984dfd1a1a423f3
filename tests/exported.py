"""An experiment with a little of everything that a download can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from bandits.services.folding import fold
from experiments.models import Experiment, Status, Study
from experiments.services.lifecycle import start_experiment
from experiments.types import Json, JsonObject
from participants.capability import token_of
from participants.models import Session
from participants.services.outbox import OutboxEntry, take_outbox
from tests import factories

AT = datetime(2026, 5, 31, 12, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://example.org","x")'

FACTORS: Json = [
    {"name": "frame", "levels": ["plain", "vivid"]},
    {"name": "size", "scope": "within", "levels": [3, 8]},
]
MEASURES: Json = [
    {"name": "score", "kind": "number", "role": "primary", "low": 0, "high": 100},
    {"name": "trusted", "kind": "choice"},
    {"name": "judged", "kind": "number", "low": 1, "high": 5},
    {"name": "remark", "kind": "text"},
    {"name": "clicked", "kind": "boolean", "title": "Sent by an app"},
]
CASES: Json = {"cases": [{"id": "a", "price": 1}, {"id": "b", "price": 2}]}
SCORE: Json = {"kind": "slider", "name": "score", "measure": "score", "props": {"label": "How good is {{ case.id }}?"}}
TRUSTED: Json = {
    "kind": "choice",
    "name": "trusted",
    "measure": "trusted",
    "check": "comprehension",
    "correct": "k",
    "props": {"label": "Which one?", "options": [{"value": "k", "label": "K"}, {"value": "m", "label": "M"}]},
}
JUDGED: Json = {
    "kind": "likert",
    "name": "judged",
    "measure": "judged",
    "props": {
        "label": "Do you agree?",
        "scale": ["not at all", "slightly", "moderately", "mostly", "fully"],
        "rows": [{"name": "clear", "label": "It was clear."}, {"name": "fun", "label": "It was fun."}],
    },
}
REMARK: JsonObject = {
    "kind": "free_text", "name": "remark", "measure": "remark", "required": False, "props": {"label": "Anything else?"}
}  # fmt: skip
STEPS: list[Json] = [
    {
        "name": "compare",
        "title": "Case {{ case.id }}",
        "components": [SCORE, TRUSTED],
        "repeat": {"over": "cases", "as": "case", "order": "shuffle", "within": ["size"]},
    },
    {"name": "end", "title": "Last page", "components": [JUDGED, REMARK]},
]


LOOK: JsonObject = {
    "name": "look",
    "components": [{"kind": "choice", "name": "seen", "props": {"label": "Seen?", "options": ["yes", "no"]}}],
    "repeat": {
        "over": "cases",
        "as": "look",
        "choose": {"answer": "seen", "yes": ["yes"], "trials": 1, "model": {"kind": "bernoulli"}},
    },
}


def make_collected(
    *, sessions: int = 3, study: Study | None = None, slug: str = "", chooses: bool = False
) -> Experiment:
    """One who rehearsed, then so many who took part to the end; each wrote a formula into the free text.

    chooses: a page with a stimulus that is chosen when it is due comes first.
    """
    experiment = factories.make_experiment(
        study,
        slug=slug,
        status=Status.REHEARSAL,
        factors=FACTORS,
        measures=MEASURES,
        stimuli=CASES,
        steps=[LOOK, *STEPS] if chooses else STEPS,
        allocation={"policy": "uniform", "default_reward": 50},
    )
    if sessions:
        _take_part(experiment, "rehearsal-external-id")
    experiment = start_experiment(experiment)
    for number in range(sessions):
        _take_part(experiment, f"worker-external-id-{number}")
    fold(experiment, now=timezone.now())
    return Experiment.objects.select_related("study").get(pk=experiment.pk)


def _take_part(experiment: Experiment, external_id: str) -> Session:
    session = factories.make_session(experiment, now=AT, external_id=external_id, platform="link")
    entry = OutboxEntry(seq=1, index=0, kind="blur", at_ms=12.5, payload={"pasted": FORMULA})
    take_outbox(token_of(session.uuid), [entry], now=AT)
    for page in range(1, 5):
        if session.is_under_way:
            session = factories.answer(session, now=AT + timedelta(seconds=10 * page), remark=FORMULA)
    assert session.status == Session.Status.COMPLETED
    return session
