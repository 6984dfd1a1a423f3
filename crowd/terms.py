"""What a campaign offers people: one frozen reading of its JSON column. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Self, cast

from experiments.types import Json, JsonObject

CENT = Decimal("0.01")
PAY_REWARD = CENT
"""Of a posting that only pays people what they are owed: for handing it in. What they are owed comes beside it."""
MASTERS = "masters"


@dataclass(frozen=True, slots=True)
class Qualification:
    """What somebody must have. name: a system one ("approval_rate", "approved_hits", "locale", "adult", "masters"), or
    an id of the platform's. comparator: MTurk's words. values: whole numbers, or locales ("DE", "US-CA").
    guards: accept | preview | discover.
    """

    name: str
    comparator: str
    values: tuple[int | str, ...] = ()
    guards: str = "accept"


@dataclass(frozen=True, slots=True)
class PayRule:
    """What somebody is owed who ended that way. share: of the reward, in [0, 1]. pro_rata: by minutes, up to it."""

    share: Decimal = Decimal(0)
    pro_rata: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """reward, worst_bonus: per person, in the study's currency. minutes: announced. durations in seconds.

    round_size: places of a round at most; round_interval: from one round to the next. spare: places beyond the goal,
    posted if people end otherwise, such as screened out. exclude: slugs of studies whose participants may not come.
    repeat: what a person's second claim meets (resume | refuse | restart).
    bonus: a formula over measures, or "". pay_rules: outcome (Submission.Outcome) > what it pays.
    auto_approve: approve by rule what is completed and passed its checks. four_eyes: rejections need two people.
    quality: which work is left out of the second analysis (crowd.quality.rule). platform: what only its kind knows.
    """

    title: str
    description: str
    reward: Decimal
    keywords: tuple[str, ...] = ()
    minutes: int = 10
    assignment_seconds: int = 3_600
    lifetime_seconds: int = 86_400
    auto_approval_seconds: int = 259_200
    round_size: int = 9
    round_interval: int = 0
    spare: int = 0
    worst_bonus: Decimal = Decimal(0)
    bonus: str = ""
    fair_hourly: Decimal = Decimal(0)
    qualifications: tuple[Qualification, ...] = ()
    exclude: tuple[str, ...] = ()
    repeat: str = "resume"
    pay_rules: Mapping[str, PayRule] = field(default_factory=dict)
    auto_approve: bool = False
    four_eyes: bool = False
    quality: Mapping[str, Json] = field(default_factory=dict)
    platform: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_for_masters(self) -> bool:
        """Whether only Masters may come, for whom MTurk takes more."""
        return any(each.name == MASTERS for each in self.qualifications)

    @classmethod
    def parse(cls, document: JsonObject) -> Self:
        """Terms of their JSON. ValueError names the key, what it is and what it may be."""
        unknown = set(document) - {column.name for column in fields(cls)}
        if unknown:
            raise ValueError(f"terms know no {', '.join(sorted(unknown))}.")
        given: dict[str, object] = dict(document)
        for name in ("reward", "worst_bonus", "fair_hourly"):
            if name in given:
                given[name] = _money(given[name], name)
        given["keywords"] = tuple(cast("list[str]", given.get("keywords", ())))
        given["exclude"] = tuple(cast("list[str]", given.get("exclude", ())))
        rows = cast("list[dict[str, object]]", given.get("qualifications", ()))
        given["qualifications"] = tuple(_qualification(row) for row in rows)
        rules = cast("dict[str, dict[str, object]]", given.get("pay_rules", {}))
        given["pay_rules"] = {name: _pay_rule(rule, name) for name, rule in rules.items()}
        missing = [name for name in ("title", "description", "reward") if given.get(name) in (None, "")]
        if missing:
            raise ValueError(f"terms need {', '.join(missing)}.")
        return cls(**given)  # type: ignore[arg-type]  # shape checked above; ranges are crowd.planning's

    def as_json(self) -> JsonObject:
        """What `parse` reads back."""
        document = {column.name: getattr(self, column.name) for column in fields(self)}
        money = {name: str(document[name]) for name in ("reward", "worst_bonus", "fair_hourly")}
        rows = [
            {"name": q.name, "comparator": q.comparator, "values": list(q.values), "guards": q.guards}
            for q in self.qualifications
        ]
        rules = {name: {"share": str(r.share), "pro_rata": r.pro_rata} for name, r in self.pay_rules.items()}
        lists = {"keywords": list(self.keywords), "exclude": list(self.exclude), "platform": dict(self.platform)}
        lists["quality"] = dict(self.quality)
        return cast(JsonObject, {**document, **money, **lists, "qualifications": rows, "pay_rules": rules})


def _money(value: object, name: str) -> Decimal:
    try:
        amount = Decimal(str(value))
        is_amount = amount.is_finite() and amount >= 0 and amount == amount.quantize(CENT)
    except InvalidOperation:
        raise ValueError(f"{name} must be an amount like “1.20”, not {value!r}.") from None
    if not is_amount:
        raise ValueError(f"{name} must be an amount of at least 0 with two decimals, not {value!r}.")
    return amount


def _qualification(row: Mapping[str, object]) -> Qualification:
    values = cast("list[int | str]", row.get("values", []))
    return Qualification(str(row["name"]), str(row["comparator"]), tuple(values), str(row.get("guards", "accept")))


def _pay_rule(rule: Mapping[str, object], name: str) -> PayRule:
    said = rule.get("share", "0")
    try:
        share = Decimal(str(said))
        is_share = 0 <= share <= 1
    except InvalidOperation:
        is_share = False
    if not is_share:
        raise ValueError(f"pay_rules.{name}.share must be in [0, 1], not {said}.")
    return PayRule(share, bool(rule.get("pro_rata", False)))
