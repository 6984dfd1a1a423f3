"""What is known of an experiment before it is planned: arms, measure, figures so far, prices, policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, StdDev

from bandits.learning import Learning, learns
from bandits.policies import PolicyError
from crowd.models import Campaign
from crowd.reads.campaigns import expected_duration, terms_of
from crowd.reads.fees import cost_of_place
from experiments.blueprint import Blueprint, MeasureSpec
from experiments.models import Experiment, Measurement
from experiments.services.snapshot import definition_of
from machina_site.planning.asking import asked_in

if TYPE_CHECKING:
    from analysis.planning.wanted import Facts, Wanted
    from analysis.results.models import Tally

KINDS = {"boolean": "yes_no", "number": "number"}
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Known:
    """wanted: to begin with. learning: who allocates, None for fixed shares; why_not: a policy that cannot be read.

    currency: of the prices. missing: a sentence if there is nothing to plan yet.
    """

    facts: Facts
    wanted: Wanted
    learning: Learning | None
    currency: str
    missing: str = ""


def known_of(experiment: Experiment, *, with_data: bool) -> Known:
    """From the definition, the analysis plan, the campaign if there is one, and, ``with_data``, the record. At most
    fourteen queries.
    """
    from analysis.planning.wanted import suggested
    from analysis.registered.reads import plan_with

    definition = definition_of(experiment)
    blueprint = Blueprint.parse(definition)
    measure = _primary(blueprint)
    currency = experiment.study.currency
    facts = _facts(blueprint, measure, _so_far(experiment, measure) if with_data and measure else None)
    asked = asked_in(plan_with(experiment, definition), facts.measure)
    facts = replace(
        facts,
        currency=currency,
        watch=asked.watch,
        looks=asked.looks,
        asked=asked.sharing,
        by_bets=asked.keeps_ends,
        noticed=(*facts.noticed, *asked.noticed),
    )
    missing = ""
    if measure is None:
        missing = "There is no primary measure that is a number, a count or yes or no: say which one decides."
    elif len(facts.arms) < 2:
        missing = "There is nothing to compare yet: a plan needs two arms, or a factor within people with two levels."
    learning = _learning(blueprint)
    return Known(facts, suggested(facts, **_prices(experiment)), learning, currency, missing)


def _primary(blueprint: Blueprint) -> MeasureSpec | None:
    fitting = [one for one in blueprint.measures.values() if one.kind in KINDS]
    primary = [one for one in fitting if one.role == "primary"]
    return next(iter(primary or fitting), None)


def _facts(blueprint: Blueprint, measure: MeasureSpec | None, so_far: tuple[float, float, int] | None) -> Facts:
    from analysis.planning.wanted import Facts

    arms = [arm for arm in blueprint.arms.values() if arm.is_enabled and arm.weight > 0]
    within = [factor for factor in blueprint.factors if factor.scope == "within"]
    is_within = len(arms) < 2 and bool(within)
    names = tuple(map(str, within[0].levels)) if is_within else tuple(arm.name for arm in arms)
    controls = [place for place, arm in enumerate(arms) if arm.is_control]
    kind = KINDS.get(measure.kind, "number") if measure else "number"
    low, high = _ends(measure, kind)
    mean, sd, units = so_far or (*_guess(kind, low, high), 0)
    return Facts(
        measure=measure.name if measure else "",
        kind=kind,
        arms=names,
        weights=(1.0,) * len(names) if is_within else tuple(arm.weight for arm in arms),
        control=controls[0] if controls and not is_within else 0,
        direction=measure.direction if measure else "up",
        low=low,
        high=high,
        within=is_within,
        mean=mean,
        sd=sd,
        measured=units,
        target=blueprint.target,
        learns=str(blueprint.allocation.get("policy", "")) if learns(blueprint.allocation) else "",
        noticed=tuple(_noticed(blueprint, measure)),
    )


def _noticed(blueprint: Blueprint, measure: MeasureSpec | None) -> Iterator[str]:
    """What is planned otherwise than a reader of the definition expects."""
    primary = [f"“{one.name}”" for one in blueprint.measures.values() if one.role == "primary"]
    if measure is not None and measure.role != "primary" and primary:
        yield f"Planned is “{measure.name}”: {', '.join(primary)} is primary, but no number, count or yes or no."
    if sum(factor.scope == "between" for factor in blueprint.factors) > 1:
        yield (
            "Each combination of levels is planned as an arm by itself. The analysis plan compares each factor's "
            "levels over all the others, which takes fewer people where the effect is the same everywhere."
        )


def _ends(measure: MeasureSpec | None, kind: str) -> tuple[float, float]:
    if kind == "yes_no":
        return 0.0, 1.0
    low = measure.low if measure is not None and measure.low is not None else (0.0 if kind == "count" else -inf)
    return low, measure.high if measure is not None and measure.high is not None else inf


def _guess(kind: str, low: float, high: float) -> tuple[float, float]:
    """A mean and a spread to begin with: the middle of the range and a sixth of it."""
    if kind == "yes_no":
        return 0.5, 0.5
    if kind == "count":
        return 1.0, 1.0
    if high - low < inf:
        return (low + high) / 2, (high - low) / 6
    return (max(low, 0.0) if low > -inf else min(high, 0.0)), 1.0


def _so_far(experiment: Experiment, measure: MeasureSpec) -> tuple[float, float, int] | None:
    """Mean and spread of units' means, and of how many units. None with fewer than ten, or no spread.

    From what is counted, two queries; while nothing is, from the record itself.
    """
    from analysis.results.reads import tally_of  # numpy: only when somebody plans

    tally = tally_of(experiment, is_rehearsal=False)
    middle, spread, n = _recorded(experiment, measure) if tally is None else _counted(tally, measure)
    if n < ENOUGH or not spread:
        return None
    return round(middle, 6), round(spread, 6), n


def _counted(tally: Tally, measure: MeasureSpec) -> tuple[float, float, int]:
    import numpy as np

    from analysis.results.columns import value_of
    from analysis.results.reads import columns_of

    name = value_of(measure.name)
    columns = columns_of(tally, [name])
    if name not in columns.names:
        return 0.0, 0.0, 0
    values = columns.column(name)
    values = values[np.isfinite(values)]
    return (float(values.mean()), float(values.std(ddof=1)), len(values)) if len(values) > 1 else (0.0, 0.0, 0)


def _recorded(experiment: Experiment, measure: MeasureSpec) -> tuple[float, float, int]:
    rows = Measurement.objects.of(experiment).real().filter(measure__name=measure.name, number__isnull=False)
    units = rows.order_by().values("unit_id").annotate(mean=Avg("number"))
    found = units.aggregate(middle=Avg("mean"), spread=StdDev("mean", sample=True), n=Count("unit_id"))
    return float(found["middle"] or 0.0), float(found["spread"] or 0.0), int(found["n"])


def _prices(experiment: Experiment) -> dict[str, float]:
    """Of the latest campaign, with the platform's own fee and how long people take; nothing without a campaign."""
    campaign = Campaign.objects.filter(experiment=experiment).select_related("account").order_by("-pk").first()
    if campaign is None:
        return {}
    terms = terms_of(campaign)
    minutes = expected_duration(experiment, announced=terms.minutes).minutes
    paid = float(terms.reward + terms.worst_bonus)
    fee = float(cost_of_place(campaign).total) / paid - 1 if paid else 0.0
    shared = terms.pay_rules.get("returned")
    partial = float(shared.share) if shared is not None else 0.0
    return {
        "reward": float(terms.reward),
        "bonus": float(terms.worst_bonus),
        "fee": round(max(fee, 0.0), 4),
        "partial_pay": partial,
        "minutes": float(minutes),
    }


def _learning(blueprint: Blueprint) -> Learning | None:
    try:
        return Learning.of(blueprint) if learns(blueprint.allocation) else None
    except PolicyError:
        return None
