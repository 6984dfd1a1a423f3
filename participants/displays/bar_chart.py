"""Bars for what each feature adds to a prediction."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from .base import Display
from .props import Scalar, prop


@dataclass(frozen=True)
class Attribution:
    """What one feature adds to the prediction (or takes from it)."""

    name: str = field(metadata=prop("The feature.", low=1))
    value: float = field(metadata=prop("Its attribution, in the unit of the prediction."))
    shown: Scalar | None = field(default=None, metadata=prop("The feature's own value, shown beside its name."))


@dataclass(frozen=True)
class Bar:
    """Where a bar lies on a scale from 0 to 100, zero at ``zero``."""

    name: str
    value: float
    shown: Scalar | None
    x: float
    width: float
    sign: Literal["positive", "negative", "zero"]


@dataclass(frozen=True, kw_only=True)
class BarChart(Display):
    """Diverging bars, largest first. Sign is told by side, hatching, sign and word, never by colour alone."""

    kind = "bar_chart"

    bars: tuple[Attribution, ...] = field(metadata=prop("The attributions.", low=1, high=200))
    title: str = field(default="", metadata=prop("What the bars explain."))
    baseline: float | None = field(default=None, metadata=prop("Where the prediction starts from."))
    prediction: float | None = field(default=None, metadata=prop("Where it ends."))
    unit: str = field(default="", metadata=prop("Unit of prediction and attributions."))
    decimals: int = field(default=2, metadata=prop("Decimals shown.", low=0, high=10))
    top: int | None = field(default=None, metadata=prop("How many bars to show; the rest is summed up in one.", low=1))
    sort: bool = field(default=True, metadata=prop("Largest first; false: as listed."))
    limit: float | None = field(
        default=None,
        metadata=prop("End of the scale; null: the largest bar. Charts to be compared want the same one.", low=0),
    )
    positive_label: str = field(
        default="", metadata=prop("What a bar to the right means; empty: raises the prediction.")
    )
    negative_label: str = field(
        default="", metadata=prop("What a bar to the left means; empty: lowers the prediction.")
    )

    def kept(self) -> tuple[Attribution, ...]:
        """The bars shown, in their order."""
        ranked = sorted(self.bars, key=lambda bar: -abs(bar.value)) if self.sort else list(self.bars)
        return tuple(ranked[: self.top])

    @property
    def rest(self) -> tuple[int, float] | None:
        """How many bars are not shown, and their sum."""
        ranked = sorted(self.bars, key=lambda bar: -abs(bar.value)) if self.sort else list(self.bars)
        hidden = ranked[len(self.kept()) :]
        return (len(hidden), math.fsum(bar.value for bar in hidden)) if hidden else None

    @property
    def layout(self) -> tuple[Bar, ...]:
        """The bars on the scale: 50 is zero, 0 and 100 are minus and plus the limit."""
        shown = self.kept()
        scale = self.limit or max((abs(bar.value) for bar in shown), default=0.0) or 1.0
        return tuple(self.placed(bar, scale) for bar in shown)

    @staticmethod
    def placed(bar: Attribution, scale: float) -> Bar:
        """One bar on the scale."""
        width = round(min(abs(bar.value) / scale, 1.0) * 50, 2)
        sign: Literal["positive", "negative", "zero"] = "zero"
        if bar.value:
            sign = "positive" if bar.value > 0 else "negative"
        return Bar(bar.name, bar.value, bar.shown, round(50 - width, 2) if bar.value < 0 else 50.0, width, sign)

    def summary(self) -> str:
        """How many bars."""
        return f"bar chart: {self.title or 'attributions'} ({len(self.kept())} of {len(self.bars)} bars)"
