"""Bonuses: set up, then paid. A second request to pay pays a second time, as Prolific's documentation warns."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.accounting import fee
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Missing, Refused
from crowd.standin.prolific.market import Market, new_id
from crowd.standin.prolific.records import Batch, Bonus, Submission
from crowd.standin.prolific.views import pence


def set_up(market: Market, asked: Asked) -> Json:
    """Lines of ``id,amount`` in pounds: ids of participants or of submissions. Nothing is paid yet."""
    asked.require("study_id", "csv_bonuses")
    study = market.study(asked.text("study_id"))
    mine = market.submissions.where("study_id", study.id)
    lines = [_line(text, mine) for text in asked.text("csv_bonuses").splitlines() if text.strip()]
    batch = market.batches.put(Batch(new_id(), study.id, tuple((key, str(amount)) for key, amount in lines)))
    total, fees = sum(amount for _, amount in lines), sum(fee(amount) for _, amount in lines)
    shown = {"amount": pence(Decimal(total)), "fees": pence(Decimal(fees)), "vat": 0}
    return {"id": batch.id, "study": study.id, **shown, "total_amount": shown["amount"] + shown["fees"]}


def pay(market: Market, asked: Asked) -> Json:
    """Again and again, if it is asked for."""
    batch = market.batches.get(asked.path)
    if batch is None:
        raise Missing("Bulk bonus payment")
    for key, amount in batch.lines:
        submission = market.submissions[str(key)]
        market.pay(submission, Decimal(amount), "bonus")
        number = str(len(market.bonuses) + 1)
        market.bonuses.put(Bonus(number, batch.id, submission.id, Decimal(amount), market.now))
    market.batches.put(replace(batch, paid=batch.paid + 1))
    return {"message": "The bonus payments are being processed."}


def _line(text: str, mine: list[Submission]) -> tuple[str, Decimal]:
    key, _, written = text.partition(",")
    try:
        amount = Decimal(written.strip())
    except InvalidOperation:
        raise Refused({"csv_bonuses": [f"{text!r} is not a line of id,amount."]}) from None
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise Refused({"csv_bonuses": [f"{amount} is no amount."]})
    found = [each for each in mine if key.strip() in (each.id, each.participant_id)]
    if not found:
        raise Refused(f"{key.strip()} did not take part in this study.")
    return found[-1].id, amount
