"""Money in lines of text, for the command."""

from __future__ import annotations

from typing import cast

from crowd.reads.money import Report, Tally
from experiments.types import JsonObject


def report_lines(report: Report) -> list[str]:
    """One line for each sum; the last says whether every cent is accounted for."""
    sums = {
        "planned": report.planned,
        "approved": report.approved,
        "sent": report.sent,
        "confirmed": report.confirmed,
        "failed": report.failed,
    }
    lines = [_line(name, tally, report.currency) for name, tally in sums.items()]
    lines += [f"{'reserved':<12}{report.held:>12} {report.currency}, with fees"]
    lines += [f"{'fees':<12}{report.confirmed.fee:>12} {report.currency}"]
    word = "every cent is accounted for" if report.is_balanced else "see the campaign's page of money"
    return [*lines, f"{'unexplained':<12}{report.unexplained:>12} {report.currency}: {word}"]


def hourly_lines(document: JsonObject) -> tuple[list[str], bool]:
    """One line for each arm, and whether no arm raises an alarm."""
    arms = cast("list[JsonObject]", document["arms"])
    lines = [
        f"{arm['arm']!s:<24}{arm['people']!s:>5} people {arm['minutes']!s:>7} min {arm['hourly']!s:>8} "
        f"{document['currency']}/h" + (f"  below {arm['floor']}: {arm['short']} short each" if _is_short(arm) else "")
        for arm in arms
    ]
    return lines or ["Nobody has completed yet."], not any(arm["is_alarm"] for arm in arms)


def _is_short(arm: JsonObject) -> bool:
    return arm["short"] != "0.00"


def _line(name: str, tally: Tally, currency: str) -> str:
    return f"{name:<12}{tally.amount:>12} {currency} in {tally.n} payment{'' if tally.n == 1 else 's'}"
