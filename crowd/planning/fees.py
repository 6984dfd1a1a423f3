"""What a platform takes on top of what people get. One rule per platform; every amount is rounded up to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal, InvalidOperation

from experiments.types import Json

CENT = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class FeeRule:
    """share: of every amount. many_share: more of it where a posting has `many_from` places or more.

    masters_share: more of it where only Masters may come. least: per payment. vat: on the fee itself.
    """

    share: Decimal = NOTHING
    many_share: Decimal = NOTHING
    many_from: int = 0
    masters_share: Decimal = NOTHING
    least: Decimal = NOTHING
    vat: Decimal = NOTHING

    def on(self, amount: Decimal, *, places: int = 1, masters: bool = False) -> Decimal:
        """The fee on one payment of that amount to one person of a posting with so many places. 0 on nothing.

        >>> FEES["mturk"].on(Decimal("1.00"), places=9), FEES["mturk"].on(Decimal("1.00"), places=10)
        (Decimal('0.20'), Decimal('0.40'))
        """
        if amount == 0:
            return CENT * 0
        share = self.share + (self.many_share if self.has_step(places) else 0) + (self.masters_share if masters else 0)
        fee = max(amount * share, self.least) * (1 + self.vat)
        return fee.quantize(CENT, rounding=ROUND_UP)

    def has_step(self, places: int) -> bool:
        """Whether a posting of so many places costs more."""
        return self.many_from > 0 and places >= self.many_from


FEES: dict[str, FeeRule] = {
    "mturk": FeeRule(Decimal("0.20"), Decimal("0.20"), 10, Decimal("0.05"), least=CENT),
    "prolific": FeeRule(Decimal("0.428")),  # of commercial accounts; academic ones say less in the account's options
}


def fee_rule(platform: str, options: Mapping[str, Json] | None = None) -> FeeRule:
    """The platform's, with what the account's options say of `fee` and `vat` ("0.333", "0.2"). Unknown ones take none.

    ValueError names the option.
    """
    rule, options = FEES.get(platform, FeeRule()), options or {}
    if "fee" in options:
        rule = replace(rule, share=_share(options["fee"], "fee"))
    if "vat" in options:
        rule = replace(rule, vat=_share(options["vat"], "vat"))
    return rule


def _share(value: Json, name: str) -> Decimal:
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"options.{name} must be a share like “0.333”, not {value!r}.") from None
    if not 0 <= share <= 1:
        raise ValueError(f"options.{name} must be in [0, 1], not {share}.")
    return share
