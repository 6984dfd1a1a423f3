"""The shapes of differences and of what is done about them."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api.shapes import Shape, Shown, example
from experiments.types import JsonObject

DIFFERENCE: JsonObject = {
    "subject": "submission:6b1f4f0e-9d3c-4a55-8d3f-0c8c8d1c7c11",
    "title": "Submission 6b1f4f0e",
    "campaign": "0d9f6a52-7a1e-4f4f-9a0b-5c2d3e4f5a6b",
    "kind": "decision_refused",
    "ours": "Rejected",
    "theirs": "Submitted",
    "advice": "The platform refused: a reason is missing. Mend that, then try again.",
    "can_retry": True,
    "comes_by_itself": False,
    "since": "2026-11-02T09:30:00Z",
}
ACCOUNT: JsonObject = {
    "name": "Our lab at MTurk",
    "is_well": True,
    "is_late": False,
    "is_resting": False,
    "trouble": "",
    "troubled_since": None,
    "polled_at": "2026-11-02T09:31:40Z",
    "poll_due": "2026-11-02T09:31:50Z",
}


class CrowdDifferenceShown(Shown):
    """One line."""

    subject = serializers.CharField(
        help_text="What it is about: “posting:”, “submission:”, “payment:” or “campaign:” and its id."
    )
    title = serializers.CharField()
    campaign = serializers.UUIDField(source="campaign.uuid")
    kind = serializers.CharField(source="difference.kind", help_text="For programs, as “posting_refused”.")
    ours = serializers.CharField(source="difference.ours", help_text="What we want, or know.")
    theirs = serializers.CharField(source="difference.theirs", help_text="What the platform last showed.")
    advice = serializers.CharField(source="difference.advice", help_text="What happens, or what to do.")
    can_retry = serializers.BooleanField(source="difference.can_retry")
    comes_by_itself = serializers.BooleanField(source="difference.comes_by_itself")
    since = serializers.DateTimeField(allow_null=True)


class CrowdAccountShown(Shown):
    """How talking to an account goes."""

    name = serializers.CharField(source="account.name")
    is_well = serializers.BooleanField()
    is_late = serializers.BooleanField(help_text="It was due, and nobody read it: no worker runs.")
    is_resting = serializers.BooleanField(help_text="It did not answer, and is left alone for a while.")
    trouble = serializers.CharField(source="account.trouble")
    troubled_since = serializers.DateTimeField(source="account.troubled_since", allow_null=True)
    polled_at = serializers.DateTimeField(source="account.polled_at", allow_null=True, help_text="Last read.")
    poll_due = serializers.DateTimeField(source="account.poll_due", allow_null=True, help_text="Read next.")


@example("differences", {"differences": [DIFFERENCE], "accounts": [ACCOUNT]}, response_only=True)
class CrowdDifferencesShown(Shown):
    """All of them; none is the good state."""

    differences = CrowdDifferenceShown(many=True)
    accounts = CrowdAccountShown(many=True)


@example("one row", {"subject": DIFFERENCE["subject"]}, request_only=True)
class CrowdRetryAsked(Shape):
    """Which row."""

    subject = serializers.CharField(max_length=60, help_text="As the list of differences gives it.")


@example("taken", {"subject": DIFFERENCE["subject"]}, response_only=True, status_codes=["202"])
class CrowdRetryShown(Shown):
    """It is tried again within seconds."""

    subject = serializers.CharField()


@example("two accounts", {"accounts": 2}, response_only=True, status_codes=["202"])
class CrowdLookShown(Shown):
    """So many accounts are read within seconds."""

    accounts = serializers.IntegerField(min_value=0)
