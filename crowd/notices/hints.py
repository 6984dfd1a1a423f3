"""Where to look, and nothing of what is to be seen there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hint:
    """key: the platform's id of it, by which it counts once. The person it names is not taken over."""

    key: str
    kind: str
    posting_id: str = ""
    submission_id: str = ""
    happened_at: datetime | None = None
