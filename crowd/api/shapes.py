"""Accounts and platforms, as the API shows and takes them."""

from __future__ import annotations

from rest_framework import serializers

from crowd.models.account import REFERENCE
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.types import JsonObject

ACCOUNT: JsonObject = {
    "id": "2f0c8f6e-8a41-4c47-9b8e-0d1d6f9f4c11",
    "name": "Lab, sandbox",
    "platform": "mturk",
    "endpoint": "",
    "region": "",
    "credentials": "env:LAB_MTURK",
    "is_production": False,
    "options": {"calls_per_second": 5},
    "studies": ["lunch"],
    "money": "No real money.",
    "trouble": "",
    "troubled_since": None,
    "polled_at": "2026-11-22T10:14:00Z",
    "created_at": "2026-11-20T08:00:00Z",
}
SENT: JsonObject = {key: ACCOUNT[key] for key in ("name", "platform", "credentials", "is_production", "studies")}
FINDINGS: JsonObject = {
    "is_well": False,
    "findings": [
        {"name": "Credentials", "is_well": True, "message": "The key is valid.", "hint": ""},
        {
            "name": "Clock",
            "is_well": False,
            "message": "The platform's clock is +412 s from this machine's.",
            "hint": "Set this machine's clock by NTP: AWS refuses signatures that are five minutes off.",
        },
    ],
}
KIND: JsonObject = {
    "name": "link",
    "title": "Plain link",
    "about": "A link that you send yourself: SONA, e-mail, in class, a kiosk.",
    "abilities": [],
    "credentials": [],
    "secret": "",
    "options": [],
}


@example("account", ACCOUNT, response_only=True)
class AccountShown(Shown):
    """What a platform knows us by. It says where its credentials are, never what they are."""

    id = serializers.UUIDField(source="account.uuid")
    name = serializers.CharField(source="account.name")
    platform = serializers.CharField(source="account.platform")
    endpoint = serializers.CharField(source="account.endpoint", help_text="Empty: the platform's own.")
    region = serializers.CharField(source="account.region")
    credentials = serializers.CharField(source="account.credentials", help_text="env:NAME or profile:NAME.")
    is_production = serializers.BooleanField(source="account.is_production", help_text="The money is real.")
    options = ObjectField(source="account.options", help_text="What only this kind of platform knows.")
    studies = serializers.ListField(
        child=serializers.CharField(), source="slugs", help_text="Those of yours that may spend through it."
    )
    money = serializers.CharField(help_text="Whose money is spent, in words.")
    trouble = serializers.CharField(source="account.trouble", help_text="What every call says; empty if it answers.")
    troubled_since = serializers.DateTimeField(source="account.troubled_since", allow_null=True)
    polled_at = serializers.DateTimeField(source="account.polled_at", allow_null=True)
    created_at = serializers.DateTimeField(source="account.created_at")


@example("sandbox", SENT, request_only=True)
class AccountSent(Shape):
    """The whole account: what is left out is empty."""

    name = serializers.CharField(max_length=80)
    platform = serializers.CharField(max_length=30)
    endpoint = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    region = serializers.CharField(required=False, allow_blank=True, default="", max_length=30)
    credentials = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=120,
        help_text=f"Where they are, never what they are. {REFERENCE.message}",
    )
    is_production = serializers.BooleanField(required=False, default=False)
    options = ObjectField(required=False, default=dict)
    studies = serializers.ListField(
        child=serializers.CharField(max_length=60), min_length=1, max_length=100, help_text="Slugs."
    )


class FindingShown(Shown):
    """One line of a check."""

    name = serializers.CharField()
    is_well = serializers.BooleanField()
    message = serializers.CharField()
    hint = serializers.CharField(help_text="What to do if it is not well.")


@example("found", FINDINGS, response_only=True)
class CheckShown(Shown):
    """What was found when the account was called. Nothing was spent."""

    is_well = serializers.BooleanField()
    findings = FindingShown(many=True)


@example("kind", KIND, response_only=True)
class PlatformShown(Shown):
    """A kind of platform: what can be asked of it, and what an account there takes."""

    name = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    abilities = serializers.ListField(child=serializers.CharField())
    credentials = serializers.ListField(child=serializers.CharField())
    secret = serializers.CharField(help_text="What the credentials refer to.")
    options = JsonField(help_text="Names an account's options may have, and what each is.")
