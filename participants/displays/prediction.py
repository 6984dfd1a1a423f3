"""A card with a model's prediction."""

from __future__ import annotations

from dataclasses import dataclass, field

from .base import Display
from .props import Scalar, prop


@dataclass(frozen=True, kw_only=True)
class Prediction(Display):
    """What a model predicts, with what is known about it."""

    kind = "prediction"

    prediction: Scalar = field(metadata=prop("The prediction: a number or a class."))
    model: str = field(default="", metadata=prop("What the model is called here."))
    label: str = field(default="", metadata=prop("What is predicted; empty: Prediction."))
    unit: str = field(default="", metadata=prop("Unit of the prediction."))
    decimals: int | None = field(default=None, metadata=prop("Decimals of numbers; null: as they are.", low=0, high=10))
    true_value: Scalar | None = field(default=None, metadata=prop("What really happened, if it may be shown."))
    error: float | None = field(default=None, metadata=prop("Typical or actual error, in the unit."))
    confidence: float | None = field(default=None, metadata=prop("The model's confidence, 0 to 1.", low=0, high=1))
    low: float | None = field(default=None, metadata=prop("Lower end of the interval of the prediction."))
    high: float | None = field(default=None, metadata=prop("Upper end of the interval of the prediction."))
    note: str = field(default="", metadata=prop("Markdown shown below."))

    def check(self) -> list[tuple[str, str]]:
        """An interval has both ends, in order."""
        if (self.low is None) != (self.high is None):
            return [(".low", "and high must both be given, or neither.")]
        if self.low is not None and self.high is not None and self.low > self.high:
            return [(".low", f"must be at most high ({self.high:g}), not {self.low:g}.")]
        return []

    @property
    def percent(self) -> int | None:
        """The confidence in whole per cent."""
        return None if self.confidence is None else round(self.confidence * 100)

    def summary(self) -> str:
        """Model and prediction."""
        return f"prediction: {self.model or 'model'} says {self.prediction}{f' {self.unit}' if self.unit else ''}"
