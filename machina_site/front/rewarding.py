"""Rewards, without the framework's share of the time: one look at the decision, one INSERT."""

from __future__ import annotations

import uuid

from django.utils import timezone

from bandits.services.decision_rows import unrewarded
from bandits.services.rewarding import Sent, reward_new, reward_unseen
from experiments.api.renderers import as_json
from experiments.types import Json
from machina_site.front.links import renew_link
from machina_site.front.passes import Headers, pass_for, slug_hinted
from machina_site.front.request import Answer

NAMES = frozenset({"value", "measures"})
VIEW = "bandits-api:decision-reward"
TAKEN = as_json({"taken": 1, "known": 0})


def reward_one(identity: uuid.UUID, secret: str, sent: Json) -> Answer | None:
    """The first reward of a decision. Repetitions, corrections and refusals are Django's."""
    renew_link()
    came = _sent_in(identity, sent)
    given = pass_for(secret, slug_hinted(identity)) if came else None
    headers = given.counted() if given else None
    if came is None or (given is not None and headers is None):
        return None
    if given is not None and headers is not None and reward_unseen(given.experiment, came, now=timezone.now()):
        return Answer(201, TAKEN, VIEW, headers)
    return _looked_at(came, secret, headers)


def _looked_at(came: Sent, secret: str, headers: Headers | None) -> Answer | None:
    """The same in two statements, for a decision that the hint did not lead to. headers: if it was counted already."""
    found = unrewarded(came.decision)
    given = pass_for(secret, found.slug) if found else None
    headers = headers or (given.counted() if given else None)
    if found is None or given is None or headers is None:
        return None
    if (given.experiment.status, given.experiment.version_id) != (found.status, found.version_id):
        given.experiment.refresh_from_db()
        given.keep()
    is_new = reward_new(given.experiment, found.decision, came, now=timezone.now())
    return Answer(201, TAKEN, VIEW, headers) if is_new else None


def _sent_in(identity: uuid.UUID, sent: Json) -> Sent | None:
    """What `RewardSent` would read; None for whatever it would have to look at twice."""
    if not isinstance(sent, dict) or not sent or not sent.keys() <= NAMES:
        return None
    measures = sent.get("measures", {})
    if not isinstance(measures, dict) or ("value" in sent and sent["value"] is None):
        return None
    return Sent(identity, sent.get("value"), measures=measures)
