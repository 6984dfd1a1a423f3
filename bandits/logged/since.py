"""Decisions that were made since a policy passed its test, as rows that it is looked at again on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from analysis.assurance.models import SafetyTest
from analysis.assurance.services.collecting import last_delivered
from analysis.assurance.services.retesting import MOST_ROWS
from bandits.logged.source import Decisions
from experiments.blueprint import json_object
from experiments.errors import BadValue
from experiments.types import Json, JsonObject

KEY = "decision"


def decisions_since(test: SafetyTest, now: datetime) -> list[JsonObject]:
    """Settled ones, from the end of the training's window on, that no earlier look has seen: 10,000 at most at once.

    BadValue if they cannot be read as the training's were.
    """
    from analysis.safety.loading.refusal import NotUsable
    from analysis.safety.reinforcement.sources import EPISODES
    from bandits.logged.reading import rows_of

    source = EPISODES.read(json_object(test.run.setting)["data"])
    if not isinstance(source, Decisions):
        raise BadValue("This policy was not trained on decisions.")
    since = source.until or test.created_at.isoformat()
    try:
        rows = rows_of(replace(source, since=since, until=""), _arms(test), after=last_delivered(test, KEY))
    except NotUsable as error:
        said = "; ".join(f"{said} {hint}".strip() for _, said, hint in error.findings)
        raise BadValue(f"What came in since cannot be read as the training's was: {said}") from error
    return rows[:MOST_ROWS]


def _arms(test: SafetyTest) -> Sequence[str]:
    """In the order of the policy's actions, as the report has them."""
    trained = json_object(json_object(test.report).get("trained"))
    arms: Json = trained.get("arms")
    if not isinstance(arms, list):
        raise BadValue("The report does not say which arms the policy knows.", hint="Train it again.")
    return [str(arm) for arm in arms]
