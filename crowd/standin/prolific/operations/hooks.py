"""Webhooks: a secret for the workspace, subscriptions to kinds of events, confirmed with what came in a header."""

from __future__ import annotations

import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Missing, Refused
from crowd.standin.prolific.market import WORKSPACE, Market, new_id
from crowd.standin.prolific.posting import EVENTS
from crowd.standin.prolific.records import Hook, Secret
from crowd.standin.prolific.views import hook_shown

HAND = "X-Hook-Secret"


def event_types(market: Market, asked: Asked) -> Json:
    """Those of the stand-in."""
    return {"results": [{"event_type": name, "description": name.replace(".", " ")} for name in EVENTS]}


def secrets(market: Market, asked: Asked) -> Json:
    """Without their values."""
    return asked.page([{"id": each.id, "workspace_id": each.workspace} for each in market.post.secrets.all()])


def create_secret(market: Market, asked: Asked) -> Json:
    """A new one takes the place of the one there was; its value is told once."""
    asked.require("workspace_id")
    for old in market.post.secrets.all():
        market.post.secrets.drop(old.id)
    made = market.post.secrets.put(Secret(new_id(), uuid.uuid4().hex, asked.text("workspace_id")))
    return {"id": made.id, "value": made.value, "workspace_id": made.workspace}


def listed(market: Market, asked: Asked) -> Json:
    """Confirmed and not."""
    return asked.page([hook_shown(hook) for hook in market.post.hooks.all()])


def create(market: Market, asked: Asked) -> Json:
    """It counts once it is confirmed. The wire moves ``X-Hook-Secret`` into a header."""
    asked.require("workspace_id", "event_type", "target_url")
    if asked.text("event_type") not in EVENTS:
        raise Refused({"event_type": [f"{asked.text('event_type')} is no event."]})
    if asked.text("workspace_id") != WORKSPACE or not market.post.secrets.all():
        raise Refused("The workspace needs a secret first.")
    _check_target(asked.text("target_url"))
    made = Hook(new_id(), asked.text("event_type"), asked.text("target_url"), WORKSPACE, uuid.uuid4().hex)
    return {**hook_shown(market.post.hooks.put(made)), HAND: made.hand}


def confirm(market: Market, asked: Asked) -> Json:
    """With the secret that came in the header of the answer."""
    asked.require("secret")
    hook = _hook(market, asked)
    if asked.text("secret") != hook.hand:
        raise Refused({"secret": ["This is not the secret of the subscription."]})
    return hook_shown(market.post.hooks.put(replace(hook, is_enabled=True)))


def delete(market: Market, asked: Asked) -> None:
    """Nobody is told any more."""
    market.post.hooks.drop(_hook(market, asked).id)


def _hook(market: Market, asked: Asked) -> Hook:
    found = market.post.hooks.get(asked.path)
    if found is None:
        raise Missing("Subscription")
    return found


def _check_target(address: str) -> None:
    """https; on this machine http will do, which Prolific would refuse."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise Refused({"target_url": ["Enter a valid https URL."]})
