"""What a download is asked to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """with_rehearsal: rehearsal data too (marked in `is_rehearsal`). with_bom: begin CSV so that Excel reads UTF-8."""

    with_rehearsal: bool = False
    with_bom: bool = False
