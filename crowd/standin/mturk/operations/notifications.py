"""Who is told what happens to the HITs of a type."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.posting import VERSION


def update_settings(market: Market, asked: Json) -> Json:
    """Where to, and whether."""
    kind = market.types.get(asked["HITTypeId"])
    if kind is None:
        raise Refused(f"HITType {asked['HITTypeId']} does not exist. ({market.stamp})", "HITTypeDoesNotExist")
    if "Notification" in asked:
        wanted = _checked(asked["Notification"])
        kind = replace(
            kind,
            destination=wanted["Destination"],
            transport=wanted["Transport"],
            event_types=tuple(wanted["EventTypes"]),
        )
    if asked.get("Active", kind.notifies) and not kind.destination:
        raise Refused("Active: there is no notification specification yet.", "InvalidParameterValue")
    market.types.put(replace(kind, notifies=asked.get("Active", kind.notifies)))
    return {}


def send_test(market: Market, asked: Json) -> Json:
    """One made-up event, at once."""
    wanted = _checked(asked["Notification"])
    about = {name: new_id() for name in ("HITId", "HITTypeId", "HITGroupId", "AssignmentId")}
    market.post.send(wanted["Transport"], wanted["Destination"], asked["TestEventType"], about)
    return {}


def _checked(wanted: Json) -> Json:
    if wanted["Version"] != VERSION:
        raise Refused(f"Version: {wanted['Version']!r} is not {VERSION!r}.", "InvalidParameterValue")
    if not wanted["EventTypes"]:
        raise Refused("EventTypes: there is none.", "InvalidParameterValue")
    address = wanted["Destination"]
    is_right = {
        "SNS": address.startswith("arn:aws:sns:") and address.count(":") == 5,
        "SQS": urlsplit(address).scheme in ("https", "http") and urlsplit(address).path.count("/") == 2,
        "Email": "@" in address,
    }[wanted["Transport"]]
    if not is_right:
        raise Refused(f"Destination: {address!r} is no address for {wanted['Transport']}.", "InvalidTransportEndpoint")
    return wanted


OPERATIONS = {"UpdateNotificationSettings": update_settings, "SendTestEventNotification": send_test}
