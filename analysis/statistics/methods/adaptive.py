"""Methods: valid though a bandit allocated."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

METHODS: Final[tuple[Method, ...]] = ()
