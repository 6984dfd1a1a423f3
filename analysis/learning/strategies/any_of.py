"""Several reasons to stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Finding, ListOf
from analysis.learning.members import takes
from analysis.learning.strategies.history import Epoch
from analysis.learning.strategies.patience import Patience
from analysis.learning.strategies.stopping import STOPPING, Peers, Stopping
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class AnyOf(Stopping):
    """Stop as soon as one of several strategies says so."""

    name: ClassVar[str] = "any_of"
    example: ClassVar[JsonObject] = {"kind": "any_of", "of": [{"kind": "patience", "epochs": 3}, "not_finite"]}

    of: tuple[Stopping, ...] = takes(
        ListOf(STOPPING.inside, least=1), "The strategies, asked in this order.", (Patience(),), written=["patience"]
    )

    def disagreements(self) -> Iterator[Finding]:
        if len({pair for one in self.of if (pair := one.compares_runs())}) > 1:
            yield (
                ("of",),
                "Two of them compare runs by different figures.",
                "Let them watch the same split and measure.",
            )

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        reasons = (one.reason_to_stop(seen, peers) for one in self.of)
        return next((reason for reason in reasons if reason is not None), None)

    def watches(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys(pair for one in self.of for pair in one.watches()))

    def compares_runs(self) -> tuple[str, str] | None:
        return next((pair for one in self.of if (pair := one.compares_runs())), None)
