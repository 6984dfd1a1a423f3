"""Payments as CSV, row by row. People by their pseudonyms; no platform's id of anybody."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from django.http import StreamingHttpResponse

from analysis.exports.csv_format import guarded
from crowd.models import Campaign, Payment
from crowd.reads.money import payments_of

COLUMNS: Final = (
    "payment",
    "participant",
    "kind",
    "number",
    "amount",
    "fee",
    "currency",
    "state",
    "reference",
    "reason",
    "paid_elsewhere",
    "approved_by",
    "approved_at",
    "sent_at",
    "confirmed_at",
)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def payments_csv(campaign: Campaign) -> StreamingHttpResponse:
    """A download in constant memory."""
    response = StreamingHttpResponse(lines_of(campaign), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="payments-{campaign.uuid.hex[:8]}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def lines_of(campaign: Campaign) -> Iterator[str]:
    """Its rows, as text."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    currency = campaign.experiment.study.currency
    for payment in payments_of(campaign).iterator(chunk_size=2_000):
        yield writer.writerow(_row(payment, currency))


def _row(payment: Payment, currency: str) -> list[object]:
    obligation = payment.obligation
    by = payment.approved_by
    return [
        payment.uuid,
        obligation.participant.uuid,
        obligation.kind,
        obligation.number,
        obligation.amount,
        payment.fee,
        currency,
        payment.state,
        payment.reference,
        guarded(obligation.reason),
        guarded(payment.elsewhere),
        guarded(by.get_username()) if by else "",
        *(at.isoformat() if at else "" for at in (payment.approved_at, payment.sent_at, payment.confirmed_at)),
    ]
