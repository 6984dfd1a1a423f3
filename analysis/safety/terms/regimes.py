"""What is learned, and in whose way."""

from __future__ import annotations

from enum import StrEnum


class Regime(StrEnum):
    """What is learned; it decides which measures a constraint may name."""

    REGRESSION = "regression"
    BINARY = "binary_classification"
    MULTICLASS = "multiclass_classification"
    REINFORCEMENT = "reinforcement_learning"
    CUSTOM = "custom"


class Mode(StrEnum):
    """DEFAULT is right where the Seldonian Engine is wrong; ENGINE gives its numbers (never its crashes)."""

    DEFAULT = "default"
    ENGINE = "engine-compatible"
