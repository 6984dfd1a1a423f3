"""Rewards, without the framework's share of the time: one look at the decision, one INSERT."""

from __future__ import annotations

import uuid

from django.utils import timezone

from bandits.services.decision_rows import unrewarded
from bandits.services.rewarding import Sent, reward_new
from experiments.api.renderers import as_json
from experiments.types import Json
from machina_site.front.passes import pass_for
from machina_site.front.request import Answer

TAKEN = as_json({"taken": 1, "known": 0})


def reward_one(identity: uuid.UUID, secret: str, sent: Json) -> Answer | None:
    """The first reward of a decision. Repetitions, corrections and refusals are Django's."""
    if not isinstance(sent, dict) or sent.keys() != {"value"} or sent["value"] is None:
        return None
    found = unrewarded(identity)
    given = pass_for(secret, found.slug) if found else None
    headers = given.counted() if given else None
    if found is None or given is None or headers is None:
        return None
    experiment = given.experiment
    if (experiment.status, experiment.version_id) != (found.status, found.version_id):
        experiment.refresh_from_db()
    is_new = reward_new(experiment, found.decision, Sent(identity, sent["value"]), now=timezone.now())
    return Answer(201, TAKEN, "bandits-api:decision-reward", headers) if is_new else None
