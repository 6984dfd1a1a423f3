"""The diary in words: whatever a service writes, nobody reads a placeholder."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from django.utils import timezone

from bandits.events import PolicyEvent, VisitorEvent
from bandits.services.deciding import Asked, decide_many
from bandits.services.excluding import exclude_decisions, include_decisions
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from experiments.events import EventKind
from experiments.reads import EventLine, diary_of
from experiments.types import Json, JsonObject
from machina_site.monitor.wording import QUIET, WORDS, sentence_of
from participants.events import SessionEvent
from tests.learners import make_learner

KINDS = sorted(str(kind) for kind in chain(EventKind, PolicyEvent, VisitorEvent, SessionEvent))
OF_NO_EXPERIMENT = ("study.imported", "member.changed", "token.created", "token.revoked")
ALL: JsonObject = {  # as the services write them
    "arm": "green",
    "because": "bot",
    "by": "ada",
    "decisions": 3,
    "language": "en",
    "number": 2,
    "platform": "web",
    "position": 4,
    "reason": "timed_out",
    "recalled": 1,
    "seconds": 30.0,
    "state": 7,
    "step": "rating",
    "unlearnt": 3,
}


def told(kind: str, payload: JsonObject) -> str:
    return sentence_of(EventLine(1, timezone.now(), kind, "", payload))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", [{}, ALL, {**ALL, "decisions": 1}], ids=["empty", "full", "one"])
def test_no_sentence_keeps_a_placeholder(kind: str, payload: JsonObject) -> None:
    assert "{" not in told(kind, payload)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_and_every_place_something_to_fill_it(kind: str) -> None:
    assert kind in WORDS or kind in (*QUIET, *OF_NO_EXPERIMENT)
    assert set(re.findall(r"\{(\w+)\}", WORDS.get(kind, ""))) <= set(ALL)
    assert "…" not in told(kind, ALL)


@pytest.mark.parametrize("name", ["{state}", "{decisions}", "on …"])
def test_names_with_braces_are_shown_as_they_are(name: Json) -> None:
    assert told("session.assigned", {"arm": name}) == f"Somebody was assigned to “{name}”"


@pytest.mark.django_db
def test_what_was_excluded_and_taken_back_is_told() -> None:
    experiment, now = make_learner(), timezone.now()
    rows = [row for row, _ in decide_many(experiment, [Asked()] * 3, now=now)]
    reward_many(experiment, [Sent(row.uuid, 1) for row in rows], now=now)
    fold(experiment, now=now)
    exclude_decisions(experiment, [row.uuid for row in rows], because="bot", now=now)
    fold(experiment, now=now)
    include_decisions(experiment, [rows[0].uuid], now=now)

    sentences = [sentence_of(event) for event in diary_of(experiment).events]

    assert "Left out of what is learnt: 3 decisions (bot)" in sentences
    assert "What is known was folded again as state 3" in sentences
    assert "Taken back into what is learnt: one decision" in sentences
