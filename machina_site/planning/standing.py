"""How an experiment stands, arm by arm, and the next step from there."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from analysis.planning.next_step import Ask, NextStep, Sums, next_step
from analysis.planning.stopping.rules import Rule
from analysis.results.columns import ARM, Array, value_of
from analysis.results.reads import columns_of, tally_of
from analysis.statistics.words import NoAnswer
from experiments.models import Experiment

if TYPE_CHECKING:
    from analysis.planning.wanted import Wanted
    from machina_site.planning.reading import Known


def sums_of(experiment: Experiment, known: Known) -> tuple[Sums, ...]:
    """Of the open arms, as counted last. NoAnswer while nothing was counted. Three queries."""
    tally = tally_of(experiment, is_rehearsal=False)
    measure = value_of(known.facts.measure)
    columns = None if tally is None else columns_of(tally, [ARM, measure])
    if columns is None or measure not in columns.names:
        raise NoAnswer("Nobody has been measured yet, so there is nothing to decide: begin as planned.")
    arms, values = columns.column(ARM), columns.column(measure)
    places = dict(experiment.arms.values_list("name", "pk"))
    return tuple(_sums(name, values[(arms == places[name]) & np.isfinite(values)]) for name in known.facts.arms)


def next_step_of(experiment: Experiment, known: Known, wanted: Wanted, ask: Ask) -> NextStep:
    """With the experiment's prices, budget and planned end. NoAnswer with a sentence where there is no step.

    ask: size and target; the rest is filled in.
    """
    from machina_site.planning.composing import planned_of

    if known.missing:
        raise NoAnswer(known.missing)
    if known.facts.within:
        raise NoAnswer("Everybody is under every arm, so there is no arm to choose: go on until the planned number.")
    sums, planned = sums_of(experiment, known), planned_of(known, wanted)
    cost = planned.bill.total / max(planned.bill.people, 1)
    spent = cost * sum(one.n for one in sums) / max(1 - wanted.drop_out, 0.05)
    filled = replace(
        ask,
        cost=cost,
        left=max(wanted.budget - spent, 0.0) if wanted.budget else inf,
        planned=planned.values,
        control=known.facts.control,
        down=known.facts.direction == "down",
        yes_no=known.facts.kind == "yes_no",
        level=wanted.level,
    )
    return next_step(sums, filled, Rule(success=1 - wanted.level))


def _sums(name: str, values: Array) -> Sums:
    n = len(values)
    sd = float(values.std(ddof=1)) if n > 1 else 0.0
    return Sums(name, n, float(values.mean()) if n else 0.0, sd)
