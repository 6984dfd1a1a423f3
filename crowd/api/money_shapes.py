"""The shapes of a campaign's money. Amounts are texts with two decimals, in the study's currency."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

SHA = "9f2c1d…"
UUID = "0b6f1c1e-2a55-4c8e-9f0e-0d8a6a1f7c11"
TALLY: JsonObject = {"payments": 12, "amount": "3.60", "fee": "0.72"}
REPORT: JsonObject = {
    "currency": "USD",
    "planned": TALLY,
    "approved": {"payments": 0, "amount": "0.00", "fee": "0.00"},
    "sent": {"payments": 40, "amount": "48.00", "fee": "9.60"},
    "confirmed": {"payments": 40, "amount": "48.00", "fee": "9.60"},
    "unknown": {"payments": 0, "amount": "0.00", "fee": "0.00"},
    "failed": {"payments": 0, "amount": "0.00", "fee": "0.00"},
    "reserved": "12.48",
    "fees": "9.60",
    "spent": "57.60",
    "unexplained": "0.00",
    "is_balanced": True,
    "kinds": {"base": {"confirmed": {"payments": 40, "amount": "48.00", "fee": "9.60"}}},
}
ARM: JsonObject = {
    "arm": "vivid",
    "people": 20,
    "minutes": "10.0",
    "hourly": "7.20",
    "floor": "9.00",
    "short": "0.30",
    "is_alarm": True,
}
HOURLY: JsonObject = {
    "currency": "USD",
    "arms": [ARM],
    "top_up": {"people": 20, "total": "7.20", "sha256": SHA},
}
PAYMENT: JsonObject = {
    "id": UUID,
    "participant": UUID,
    "kind": "bonus",
    "number": 1,
    "amount": "0.30",
    "fee": "0.06",
    "state": "confirmed",
    "reference": "OR6AQOZGSA6R",
    "trouble": "",
    "elsewhere": "",
    "approved_at": "2026-11-02T10:30:00Z",
    "sent_at": "2026-11-02T10:30:04Z",
    "confirmed_at": "2026-11-02T10:30:05Z",
}


@example("Payments", {"total": "4.32", "sha256": "9f2c1d" + "0" * 58})
class TotalSent(Shape):
    """What was looked at: its total, with fees, and its digest."""

    total = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    sha256 = serializers.CharField(min_length=64, max_length=64)


@example("Money", REPORT)
class MoneyShown(Shown):
    """Where a campaign's money is. unexplained is 0.00 when every cent is accounted for."""

    currency = serializers.CharField()
    planned = ObjectField(help_text="Owed, and approved by nobody yet.")
    approved = ObjectField(help_text="To be sent.")
    sent = ObjectField(help_text="Left the house, or may have.")
    confirmed = ObjectField(help_text="The platform says that it paid.")
    unknown = ObjectField(help_text="Sent, and no answer yet: looked up before anything is sent again.")
    failed = ObjectField(help_text="The platform refused it; it is still owed.")
    reserved = serializers.CharField(help_text="Held in the account book, with fees.")
    fees = serializers.CharField(help_text="On what is confirmed.")
    spent = serializers.CharField(help_text="In the account book, with fees.")
    unexplained = serializers.CharField()
    is_balanced = serializers.BooleanField()
    kinds = ObjectField(help_text="Kind of obligation > state > payments, amount, fee.")


@example(
    "Paid by hand", {"how": "Vouchers by e-mail.", "payments": [UUID], "total": "3.60", "sha256": "9f2c1d" + "0" * 58}
)
class ByHandSent(TotalSent):
    """how: kept with each. payments: ids; all that are open if none is named. total, sha256: of the plan of these."""

    how = serializers.CharField(max_length=200)
    payments: serializers.ListField = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=1_000
    )


class ByHandQuery(serializers.Serializer[object]):
    """payment: ids, apart by commas; all that are open if none is named."""

    payments = serializers.CharField(required=False, default="", max_length=40_000)


@example("By hand", {"payments": [PAYMENT], "total": "0.30", "sha256": SHA})
class ByHandShown(Shown):
    """What is owed and no platform pays through us; its total without fees."""

    payments: serializers.ListField = serializers.ListField(child=ObjectField())
    total = serializers.CharField()
    sha256 = serializers.CharField()


@example("Marked", {"paid": 12})
class MarkedShown(Shown):
    """How many payments are marked as paid by hand."""

    paid = serializers.IntegerField()


@example("Plan", {"payments": 12, "total": "4.32", "sha256": SHA})
class PaymentPlanShown(Shown):
    """What would go out."""

    payments = serializers.IntegerField()
    total = serializers.CharField(help_text="With fees.")
    sha256 = serializers.CharField(help_text="Of which payments, and how much each: what approving takes.")


@example("Done", {"approved": 12})
class ApprovedShown(Shown):
    """How many payments go out."""

    approved = serializers.IntegerField()


@example("Hourly pay", HOURLY)
class HourlyShown(Shown):
    """What an hour earns, arm by arm, and what would bring every arm up to fair pay."""

    currency = serializers.CharField()
    arms = serializers.ListField(child=ObjectField())
    top_up = ObjectField(help_text="people, total with fees, sha256.")


class PaymentShown(Shown):
    """One payment. No id of the platform's of anybody."""

    id = serializers.UUIDField(source="uuid")
    participant = serializers.UUIDField(source="obligation.participant.uuid")
    kind = serializers.CharField(source="obligation.kind")
    number = serializers.IntegerField(source="obligation.number")
    amount = serializers.DecimalField(source="obligation.amount", max_digits=12, decimal_places=2)
    fee = serializers.DecimalField(max_digits=12, decimal_places=2)
    state = serializers.CharField()
    reference = serializers.CharField(help_text="Stands in the reason that the person reads.")
    trouble = serializers.CharField()
    elsewhere = serializers.CharField(help_text="How it was paid by hand; empty if through the platform.")
    approved_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField()
