"""Terms in words, as a person would say them."""

from __future__ import annotations

from crowd.terms import PayRule, Qualification, Terms

NAMES = {
    "approval_rate": "approval rate in per cent",
    "approved_hits": "approved HITs",
    "locale": "country",
    "adult": "adult content allowed",
    "masters": "Masters",
}
COMPARATORS = {
    "LessThan": "below",
    "LessThanOrEqualTo": "at most",
    "GreaterThan": "above",
    "GreaterThanOrEqualTo": "at least",
    "EqualTo": "is",
    "NotEqualTo": "is not",
    "In": "one of",
    "NotIn": "none of",
}
OUTCOMES = {
    "no_consent": "who gives no consent",
    "screened_out": "who is screened out",
    "failed_check": "who fails a check",
    "quota_full": "who finds no place left",
    "timed_out": "who runs out of time",
    "technical_failure": "who meets a failure of ours",
    "returned": "who returns it",
    "withdrawn": "who withdraws",
}
GUARDS = {"accept": "", "preview": "; others see no preview", "discover": "; others do not see it"}


def said(one: Qualification) -> str:
    """What somebody must have.

    >>> said(Qualification("approval_rate", "GreaterThanOrEqualTo", (97,)))
    'approval rate in per cent at least 97'
    """
    name = NAMES.get(one.name, f"qualification {one.name}")
    if one.comparator in ("Exists", "DoesNotExist"):
        words = name if one.comparator == "Exists" else f"not {name}"
    else:
        values = ", ".join(str(value) for value in one.values)
        words = f"{name} {COMPARATORS.get(one.comparator, one.comparator)} {values}"
    return words + GUARDS.get(one.guards, "")


def who_may_come(terms: Terms) -> tuple[str, ...]:
    """Every condition, one sentence each without its point; nothing for everybody."""
    excluded = tuple(f"nobody who took part in “{slug}”" for slug in terms.exclude)
    return (*(said(each) for each in terms.qualifications), *excluded)


def paid_otherwise(terms: Terms) -> tuple[str, ...]:
    """What those get who do not complete, as far as it is anything."""
    return tuple(_rule(outcome, rule) for outcome, rule in terms.pay_rules.items() if rule.share)


def _rule(outcome: str, rule: PayRule) -> str:
    """
    >>> from decimal import Decimal
    >>> _rule("screened_out", PayRule(Decimal("0.2")))
    'who is screened out gets 20 % of the reward'
    """
    share = f"{(100 * rule.share).normalize():f} %"
    part = f"up to {share} of the reward, by the minutes" if rule.pro_rata else f"{share} of the reward"
    return f"{OUTCOMES.get(outcome, outcome)} gets {part}"
