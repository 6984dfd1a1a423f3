"""Units in the order in which they got their arms, with what was planned for each: what trust is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import numpy as np

from analysis.balance import moves
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, PROPENSITY, VERSION, Array, Mask
from analysis.statistics.trust.attrition import Followed
from analysis.statistics.trust.independence import Drawn, Places
from experiments.blueprint import Blueprint
from experiments.models import Experiment, Version
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Arrived:
    """places: the arm of each unit, -1 for one that the definition does not have any more; waits: seconds from the arm
    to the first value, NaN where there is none; both in the setting's order. order: of arrival, as places in it.
    followed: in that order. tested: which of them have chances that are known. drawn: those alone. shares: by version
    the weights that were planned.
    """

    setting: Setting
    places: Places
    waits: Array
    order: Places
    followed: Followed
    tested: Mask
    drawn: Drawn | None
    shares: Mapping[int, tuple[float, ...]]

    @property
    def names(self) -> list[str]:
        """Arms, by their places."""
        return [arm.name for arm in self.setting.arms.values()]

    @classmethod
    def of(cls, experiment: Experiment, setting: Setting, waits: Array, now: datetime) -> Arrived:
        """waits: in the order of the setting's units. One query."""
        at = setting.columns.column(AT)
        order, places = np.lexsort((setting.columns.keys, at)), places_of(setting)
        shares = planned_shares(experiment, [arm.name for arm in setting.arms.values()])
        tested, drawn = _drawn(setting, places[order], order, None if moves(experiment) else shares)
        ages = np.nan_to_num(now.timestamp() - at[order], nan=-np.inf)
        return cls(setting, places, waits, order, Followed(places[order], ages, waits[order]), tested, drawn, shares)


def places_of(setting: Setting) -> Places:
    """Which arm each unit is in, by its place; -1 for an arm that the definition does not have any more."""
    arm, found = setting.columns.column(ARM), np.full(len(setting.columns), -1, dtype=np.int64)
    for place, key in enumerate(setting.arms):
        found[arm == key] = place
    return found


def planned_shares(experiment: Experiment, names: Sequence[str]) -> Mapping[int, tuple[float, ...]]:
    """By version: the weights that were planned under it, 0 for an arm that it did not hand out. One query."""
    found = {}
    for pk, definition in Version.objects.filter(experiment=experiment).values_list("pk", "definition"):
        arms = Blueprint.parse(cast(JsonObject, definition)).arms
        found[pk] = tuple(arms[name].weight if name in arms and arms[name].is_enabled else 0.0 for name in names)
    return found


def _drawn(
    setting: Setting, places: Places, order: Places, shares: Mapping[int, tuple[float, ...]] | None
) -> tuple[Mask, Drawn | None]:
    """places: in the order of arrival. shares: None where a policy learns, whose stored chance says two arms'."""
    if len(setting.arms) > 1 and shares is not None:
        return _by_plan(places, setting.columns.column(VERSION)[order], shares)
    if len(setting.arms) != 2:
        return np.zeros(len(places), dtype=bool), None
    chance = setting.columns.column(PROPENSITY)[order]
    tested = (places >= 0) & (chance > 0) & (chance <= 1)
    first = np.where(places == 0, chance, 1 - chance)[tested]
    return tested, Drawn(places[tested], np.arange(int(tested.sum())), np.column_stack([first, 1 - first]))


def _by_plan(places: Places, version: Array, shares: Mapping[int, tuple[float, ...]]) -> tuple[Mask, Drawn]:
    known = [pk for pk, planned in shares.items() if sum(planned) > 0]
    table = np.array([shares[pk] for pk in known], dtype=float).reshape(len(known), -1)
    table = table / table.sum(axis=1, keepdims=True)
    plans = np.full(len(places), -1, dtype=np.int64)
    for row, pk in enumerate(known):
        plans[version == pk] = row
    tested = (places >= 0) & (plans >= 0)
    tested[tested] = table[plans[tested], places[tested]] > 0  # what no plan hands out is the shares' affair
    return tested, Drawn(places[tested], plans[tested], table)
