"""The chance of every arm when a logged decision was drawn. A bound that knows it is narrower, and holds without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bandits.models import PolicyState
from bandits.services.states import Held, held_of
from experiments.models import Experiment
from experiments.types import JsonObject

MOST_STATES, MOST_LOOKS = 3_000, 20_000
UNKNOWN = 1e-12
SAME = 1e-9


class Drawn(NamedTuple):
    """A decision: the arm, its stored chance, and what it was drawn from."""

    arm: str
    propensity: float
    state: int
    among: int
    context: JsonObject


def tables_of(
    experiment: Experiment, rows: Sequence[Drawn], arms: Sequence[str], *, is_rehearsal: bool, looks: bool
) -> list[list[float]] | None:
    """In the order of ``arms``; None if it would take too long. looks: whether a policy asked for contexts.

    Where the stored chance is another one than the table's (arms were full, and left theirs to the others), every
    chance is next to nothing: then no guess is used for that decision, and nothing is claimed of it.
    """
    numbers = {row.state for row in rows}
    if len(numbers) > MOST_STATES or (looks and len(rows) > MOST_LOOKS):
        return None
    states = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).filter(number__in=numbers)
    held = {row.number: held_of(row, now=row.created_at) for row in states.order_by("number").iterator()}
    return [_table(held[row.state], row, arms) for row in rows]


def _table(held: Held, row: Drawn, arms: Sequence[str]) -> list[float]:
    chances = held.chances(held.features(row.context), among=row.among).chances
    if abs(chances.get(row.arm, 0.0) - row.propensity) > SAME:
        return [UNKNOWN] * len(arms)
    return [chances.get(arm, 0.0) for arm in arms]
