"""Durations, some of them cut short: restricted means, medians, hazards.

Who reached the measure's declared upper end was not seen to the end; or a yes-or-no measure says whose event came.
"""

from __future__ import annotations

from math import inf, log

import numpy as np

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side
from analysis.results.columns import value_of
from analysis.statistics.durations.record import Record
from analysis.statistics.words import Estimate, NoAnswer, Validity

NO_DURATIONS = "A duration is 0 or more, and some are above 0: these values are no durations."


def survival(asked: Asked) -> Estimate:
    """Mean times up to the measure's upper end, or to the last time that all groups were watched, compared."""
    from analysis.statistics.durations.hazards import log_rank
    from analysis.statistics.durations.survival import restricted_mean, restricted_mean_difference

    records, reach = records_of(asked), _reach(asked)
    if asked.question.contrast.kind == ContrastKind.VALUE:
        return restricted_mean(records[0], reach, level=asked.level).remarked(f"Mean time up to {reach:g}.")
    _pair(asked)
    control, treatment = records
    found = restricted_mean_difference(control, treatment, until=reach, level=asked.level, relative=asked.is_relative)
    tested = log_rank(records)
    return found.remarked(_cut(records), f"Mean time up to {reach:g}. Log-rank test: p = {tested.p_value:.2g}.")


def median(asked: Asked) -> Estimate:
    """When a share have had the event: of one group with Brookmeyer and Crowley's interval; of two the difference.

    Its interval puts those of both together, each at half the level: it is rather too long than too short.
    """
    from analysis.statistics.durations.survival import quantile_survival

    p, records = asked.question.estimand.p or 0.5, records_of(asked)
    if asked.question.contrast.kind == ContrastKind.VALUE:
        return quantile_survival(records[0], p, level=asked.level).remarked(_cut(records))
    _pair(asked)
    first, second = (quantile_survival(each, p, level=asked.level / 2) for each in records)
    for side, each in zip(asked.contrast.sides, (first, second), strict=True):
        if each.value == inf:
            raise NoAnswer(f"Fewer than {p:.0%} of “{side.name}” were seen to have the event: ask for mean times.")
    return Estimate(
        value=second.value - first.value,
        low=second.low - first.high,
        high=second.high - first.low,
        level=asked.level,
        n=first.n + second.n,
        method="survival-quantile",
        validity=Validity.APPROXIMATE,
        remarks=(_cut(records),),
    )


def hazards(asked: Asked) -> Estimate:
    """The logarithm of the ratio of hazards, which is 0 where there is no difference."""
    from analysis.statistics.durations.hazards import hazard_ratio, log_rank

    _pair(asked)
    control, treatment = records = records_of(asked)
    found = hazard_ratio(control, treatment, level=asked.level)
    tested = log_rank(records)
    return Estimate(
        value=log(found.value),
        low=log(found.low) if found.low > 0 else -inf,
        high=log(found.high) if found.high < inf else inf,
        level=asked.level,
        n=found.n,
        method=found.method,
        validity=found.validity,
        p_value=found.p_value,
        remarks=(
            f"In logarithms; the ratio of hazards is {found.value:.3g}, between {found.low:.3g} and {found.high:.3g}. "
            "Above 1 the event comes sooner.",
            f"Log-rank test: p = {tested.p_value:.2g}.",
            _cut(records),
            *found.remarks,
        ),
    )


def records_of(asked: Asked) -> list[Record]:
    """Of each side."""
    found = [_record(asked, side) for side in asked.contrast.sides]
    if any(float(each.times[0]) < 0 for each in found) or not any(float(each.times[-1]) > 0 for each in found):
        raise NoAnswer(NO_DURATIONS)
    return found


def _record(asked: Asked, side: Side) -> Record:
    if float(side.values.min()) < 0:
        raise NoAnswer(NO_DURATIONS)
    named, until = asked.question.estimand.seen, asked.setting.measure(asked.question).high
    if named is None:
        return Record.of(side.values, side.values < (inf if until is None else until))
    came = asked.setting.columns.column(value_of(named))[side.places]
    if np.isnan(came).any():
        missing = int(np.isnan(came).sum())
        raise NoAnswer(f"Of {missing:,} durations in “{side.name}” nothing says whether “{named}” came: record it too.")
    return Record.of(side.values, came > 0)


def _reach(asked: Asked) -> float:
    until = asked.setting.measure(asked.question).high
    last = min(float(side.values.max()) for side in asked.contrast.sides)
    reach = min(inf if until is None else until, last)
    if reach <= 0:
        raise NoAnswer(NO_DURATIONS)
    return reach


def _cut(records: list[Record]) -> str:
    n, cut = sum(each.n for each in records), sum(int((each.seen == 0).sum()) for each in records)
    return f"{cut:,} of {n:,} durations were cut short."


def _pair(asked: Asked) -> None:
    if not asked.contrast.is_pair:
        raise NoAnswer("Durations are compared between two groups: ask of two arms.")
