"""How this room says no."""

from __future__ import annotations

from experiments.errors import NotReady, Refusal


class NotProven(NotReady):
    """An arm would serve a model that no standing safety test vouches for."""

    code = "not-proven"
    status = 409


class Withdrawn(Refusal):
    """A safety test that no longer stands."""

    code = "withdrawn"
