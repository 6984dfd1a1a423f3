"""``manage.py money``: where the money of a campaign or study is, and letting it go out."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.management.named import campaign_named, total_typed, user_named
from crowd.models import Account, Campaign
from crowd.reads.money import report_of, report_of_study
from crowd.services.approving import (
    Confirmed,
    PaymentPlan,
    TopUpPlan,
    approve_plan,
    plan_of_payments,
    plan_of_top_up,
    top_up_pay,
)
from crowd.services.comparing import compare_with_platform
from crowd.services.paying_elsewhere import ElsewherePlan, pay_elsewhere, plan_elsewhere
from crowd.services.sending import accounts_to_pay, send_for
from crowd.services.settling import settle_money
from crowd.showing.money_csv import lines_of
from crowd.showing.money_documents import hourly_document, plan_document
from crowd.showing.money_words import hourly_lines, report_lines
from experiments.errors import Refusal
from experiments.models import Study
from experiments.types import JsonObject

if TYPE_CHECKING:
    pass

EXAMPLES = """examples:
  money report 0b6f                         of a campaign: planned, reserved, sent, confirmed, fees, unexplained
  money report lunch-2026 --json            of a study: all its campaigns together
  money payments 0b6f > payments.csv        every payment; people by their pseudonyms
  money hourly 0b6f                         what an hour earns in each arm; exit status 1 while there is an alarm
  money approve 0b6f                        what would go out; with --total and --by it does
  money top-up 0b6f --total 7.20 --by ada   bring every arm up to fair pay
  money by-hand 0b6f                        what no platform pays, to be paid by hand
  money by-hand 0b6f --how "Vouchers by e-mail" --total 12.00 --by ada      mark it as paid
  money compare 0b6f                        ask the platform what it paid; exit status 1 if it is something else
  money send                                settle, send and look up now what a worker does every few seconds

A campaign is named by its id or by how that begins. Nothing is sent without the total, typed, and somebody's name."""
OF_A_CAMPAIGN = ("payments", "hourly", "approve", "top-up", "by-hand", "compare")


class Command(BaseCommand):
    """Shows and approves."""

    help = "Where the money of a campaign or study is; approve what goes out; compare with the platform."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is done, with what."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("action", choices=("report", "send", *OF_A_CAMPAIGN))
        parser.add_argument("name", nargs="?", default="", help="the campaign's id; for a report also a study's slug")
        parser.add_argument("--total", metavar="AMOUNT", help="the plan's total with fees, as it was shown")
        parser.add_argument("--how", default="", help="how people were paid by hand (by-hand)")
        parser.add_argument("--by", metavar="USER", help="who confirms it, for the record")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, with the API's names")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action; lines of text, or JSON. The exit status says whether all is well."""
        try:
            if options["action"] == "payments":
                self.stdout.writelines(lines_of(campaign_named(options["name"])))
                return
            document, lines, is_well = _done(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(json.dumps(document, indent=2) if options["json"] else "\n".join(lines))
        if not is_well:
            sys.exit(1)


Told = tuple[JsonObject, list[str], bool]


def _done(options: Mapping[str, Any]) -> Told:
    action, name = options["action"], options["name"]
    if action == "send":
        return _sent()
    if not name:
        raise CommandError(f"“{action}” needs the id of a campaign.")
    study = Study.objects.filter(slug=name).first() if action == "report" else None
    if study is not None:
        report = report_of_study(study)
        return report.as_json(), report_lines(report), report.is_balanced
    return DEEDS[action](campaign_named(name), options)


def _reported(campaign: Campaign, _options: Mapping[str, Any]) -> Told:
    report = report_of(campaign)
    return report.as_json(), report_lines(report), report.is_balanced


def _hourly(campaign: Campaign, _options: Mapping[str, Any]) -> Told:
    document = hourly_document(campaign)
    lines, is_well = hourly_lines(document)
    return document, lines, is_well


def _approved(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    plan = plan_of_payments(campaign)
    if options["total"] is None:
        n = len(plan.payments)
        words = f"{n} payments, {plan.total} with fees. To send them: --total {plan.total} --by YOU"
        words = words if n else "Nothing waits to be approved."
        return plan_document(plan), [words], True
    n = approve_plan(campaign, _confirmed(plan, options), at=timezone.now())
    return {"approved": n}, [f"Approved: {n} payments. A worker sends them, or: money send"], True


def _topped_up(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    plan = plan_of_top_up(campaign)
    if options["total"] is None:
        document = hourly_document(campaign)
        words = f"{len(plan.people)} people, {plan.total} with fees. To pay them: --total {plan.total} --by YOU"
        return document, [*hourly_lines(document)[0], words], True
    n = top_up_pay(campaign, _confirmed(plan, options), at=timezone.now())
    return {"approved": n}, [f"Topped up: {n} people. A worker sends it, or: money send"], True


def _by_hand(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    plan = plan_elsewhere(campaign)
    if options["total"] is None:
        document: JsonObject = {"payments": len(plan.payments), "total": str(plan.total), "sha256": plan.sha256}
        lines = [
            f"{each.obligation.participant.uuid.hex[:8]}  {each.obligation.kind:<12} {each.obligation.amount:>8}"
            for each in plan.payments
        ]
        how = f'{len(plan.payments)} payments, {plan.total}. Paid: --how "…" --total {plan.total} --by YOU'
        return document, [*lines, how] if lines else ["Nothing is to be paid by hand."], True
    n = pay_elsewhere(campaign, _confirmed(plan, options), options["how"], at=timezone.now())
    return {"paid": n}, [f"Marked as paid by hand: {n} payments."], True


def _compared(campaign: Campaign, _options: Mapping[str, Any]) -> Told:
    found = compare_with_platform(campaign, at=timezone.now())
    document: JsonObject = {
        "shown": found.shown,
        "shown_amount": str(found.shown_amount),
        "strange": found.strange,
        "strange_amount": str(found.strange_amount),
        "missing": found.missing,
        "missing_amount": str(found.missing_amount),
        "trouble": found.trouble,
    }
    lines = [
        f"The platform shows {found.shown} bonuses of {found.shown_amount}.",
        f"Not ours: {found.strange} ({found.strange_amount}).",
        f"Ours, and not shown: {found.missing} ({found.missing_amount}).",
    ]
    is_well = not (found.trouble or found.strange or found.missing)
    return document, [found.trouble] if found.trouble else lines, is_well


def _sent() -> Told:
    """What the worker does, here and now."""
    import numpy as np

    settled = settle_money(now=timezone.now())
    ended: dict[str, int] = {}
    for account in Account.objects.filter(pk__in=accounts_to_pay(timezone.now())):
        counts = send_for(account, clock=timezone.now, rng=np.random.default_rng(), shift=timedelta(minutes=10))
        for state, n in counts.items():
            ended[str(state)] = ended.get(str(state), 0) + n
    lines = [f"{name}: {n}" for name, n in {**settled, **ended}.items() if n] or ["There was nothing to do."]
    return {"settled": dict(settled), "sent": dict(ended)}, lines, "failed" not in ended


DEEDS = {
    "report": _reported,
    "hourly": _hourly,
    "approve": _approved,
    "top-up": _topped_up,
    "by-hand": _by_hand,
    "compare": _compared,
}


def _confirmed(plan: PaymentPlan | TopUpPlan | ElsewherePlan, options: Mapping[str, Any]) -> Confirmed:
    by = user_named(options["by"])
    if by is None:
        raise CommandError("Say who confirms it: --by USER.")
    return Confirmed(total_typed(options["total"]), plan.sha256, by=by)
