"""What somebody is owed for how it ended, by the rules of the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from typing import Final

from crowd.paying.cost import CENT, ZERO
from crowd.terms import PayRule, Terms

NAMES: Final = {
    "completed": "base",
    "screened_out": "screen_out",
    "technical_failure": "compensation",
    "no_consent": "partial",
    "failed_check": "partial",
    "quota_full": "partial",
    "timed_out": "partial",
    "returned": "partial",
    "withdrawn": "partial",
}
"""Outcome > the kind of obligation that pays it."""

FULL: Final = PayRule(Decimal(1))
USUAL: Final[Mapping[str, PayRule]] = {"completed": FULL, "technical_failure": FULL}
"""Who completed, or could not by our fault, gets the reward. All else pays what its rule says; nothing without one."""


SLOTS: Final = "screen_out_slots"
"""The name, among what terms say under platform, of how many screen-outs the platform pays by itself at most."""


def screen_out_there(terms: Terms) -> tuple[Decimal, int] | None:
    """What the platform itself pays who is screened out, and how many of them; None where we do, or nobody.

    >>> rules = {"screened_out": PayRule(Decimal("0.25"))}
    >>> screen_out_there(Terms("t", "d", Decimal("2.00"), pay_rules=rules, platform={"screen_out_slots": 20}))
    (Decimal('0.50'), 20)
    """
    slots, rule = terms.platform.get(SLOTS), terms.pay_rules.get("screened_out")
    if not isinstance(slots, int) or isinstance(slots, bool) or slots < 1 or rule is None or rule.pro_rata:
        return None
    amount = (terms.reward * rule.share).quantize(CENT, ROUND_UP)
    return (amount, slots) if ZERO < amount < terms.reward else None


def pay_for(outcome: str, terms: Terms, *, minutes: Decimal) -> Decimal:
    """What an outcome pays: a share of the reward, pro rata of the announced minutes if the rule says so.

    Rounded up to the cent: nobody loses by rounding.

    >>> terms = Terms("t", "d", Decimal("3.00"), minutes=10, pay_rules={"returned": PayRule(Decimal("0.5"), True)})
    >>> pay_for("returned", terms, minutes=Decimal(4)), pay_for("returned", terms, minutes=Decimal(40))
    (Decimal('0.60'), Decimal('1.50'))
    >>> pay_for("completed", terms, minutes=Decimal(4)), pay_for("no_consent", terms, minutes=Decimal(4))
    (Decimal('3.00'), Decimal('0.00'))
    """
    rule = terms.pay_rules.get(outcome) or USUAL.get(outcome) or PayRule()
    worked = min(max(minutes, ZERO) / terms.minutes, Decimal(1)) if rule.pro_rata else Decimal(1)
    return (terms.reward * rule.share * worked).quantize(CENT, ROUND_UP)
