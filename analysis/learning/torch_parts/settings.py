"""What a torch trainer can be told, beyond its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Settings:
    """What each means stands in `catalogue.trainers`, from where documents, forms and schemas have it."""

    train: str = "train"
    evaluate: tuple[str, ...] = ()
    evaluate_first: bool = False
    track: tuple[str, ...] = ()
    accumulate: int = 1
    clip_norm: float | None = None
    clip_value: float | None = None
    precision: str = "float32"
    device: str = "auto"
    processes: int = 1
    workers: int = 0
    threads: int | None = None
    deterministic: bool = True

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """From parameters that were read and found right; Any: each has been checked against its kind of value."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in config.items()
        }
        return cls(**values)
