"""A report computed again from the record as it was then: what differs, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from analysis.registered.code_version import code_version
from analysis.registered.document import parse
from analysis.registered.models import Report
from analysis.results.services.analysing import analyse
from analysis.results.services.reporting import fingerprint_of, lasting
from analysis.results.sources import Cursor
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Reproduction:
    """data, code: whether they are the same as then. differences: of what came out, `path: then → now`.

    reasons: sentences; why something differs, or could; none if data, program and every figure are the same.
    """

    report: Report
    data: bool
    code: bool
    differences: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the same came out, to the last bit."""
        return not self.differences


def reproduce(report: Report) -> Reproduction:
    """The same plan asked of the record up to the same row, as the experiment stood then. Nothing is written."""
    then, up_to = json_object(report.fingerprint), cursor_of(report)
    experiment = as_it_stood(report)
    now = fingerprint_of(experiment, up_to)
    document = lasting(analyse(experiment, parse(report.plan), is_rehearsal=False, cursor=up_to))
    found = tuple(differences(report.document, document))
    is_code = report.code_version == code_version()
    reasons = [*_of_data(then, now)]
    if then["sha256"] != now["sha256"] and not reasons:
        reasons.append("Counts and sums are the same, but single values, arms or attributes of units are not.")
    reasons += _of_exclusions(json_object(report.document), document)
    if not is_code:
        reasons.append(f"The program is another one: then {report.code_version}, now {code_version()}.")
    if found and _is_rounding(report.document, document):
        reasons.append("No figure differs by more than a billionth: another processor or library rounds otherwise.")
    return Reproduction(report, then["sha256"] == now["sha256"], is_code, found, tuple(reasons))


def cursor_of(report: Report) -> Cursor:
    """Up to which rows it was read."""
    known = json_object(report.fingerprint)
    return Cursor(int(cast(int, known["values"])), int(cast(int, known["units"])))


def as_it_stood(report: Report) -> Experiment:
    """The experiment in memory, with version, allocation and status of then: they decide what is claimed."""
    experiment = Experiment.objects.select_related("study", "version").get(pk=report.experiment_id)
    number = cast("int | None", json_object(report.fingerprint).get("version"))
    version = experiment.versions.filter(number=number).first() if number is not None else None
    if version is not None:
        experiment.version, experiment.allocation = version, cast(Json, blueprint_of(version.pk).allocation)
    experiment.status = str(json_object(report.seen).get("status") or experiment.status)
    return experiment


def _of_data(then: JsonObject, now: JsonObject) -> Iterator[str]:
    """By what can be told from counts and sums."""
    before, after = int(cast(int, then["n_units"])), int(cast(int, now["n_units"]))
    if after < before:
        yield f"{before - after:,} of {before:,} units are not there any more: erased, or deleted from the record."
    elif after > before:
        yield f"{after - before:,} units with lower numbers came in after the report: a late or restored record."
    columns = json_object(then["columns"]), json_object(now["columns"])
    for name in dict.fromkeys([*columns[0], *columns[1]]):
        one, other = (json_object(each.get(name) or {"n": 0, "sum": 0.0}) for each in columns)
        if name.startswith(("mean:", "share:")) and after >= before and one != other:
            yield f"“{name.partition(':')[2]}”: {_told(one, other)}."


def _told(then: JsonObject, now: JsonObject) -> str:
    n, m = int(cast(int, then["n"])), int(cast(int, now["n"]))
    if m < n:
        return f"units with a value were {n:,} and are {m:,}: values were taken out of the record after the report"
    if m > n:
        return f"units with a value were {n:,} and are {m:,}: values with lower numbers came in after the report"
    return f"{n:,} units as before, but other values: corrected after the report"


def _of_exclusions(then: JsonObject, now: JsonObject) -> Iterator[str]:
    pairs = zip(cast("list[JsonObject]", then["left_out"]), cast("list[JsonObject]", now["left_out"]), strict=False)
    for one, other in pairs:
        if one != other:
            yield (
                f"The rule “{one['rule']}” left out {one['n']} units then and leaves out {other['n']} now: marks "
                "given or taken back since."
            )


def _is_rounding(then: Json, now: Json) -> bool:
    """Whether two documents differ in numbers alone, and those by less than a billionth."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return then.keys() == now.keys() and all(_is_rounding(then[key], now[key]) for key in then)
    if _is_list(then) and _is_list(now):
        pair = cast("list[Json]", then), cast("list[Json]", now)
        return len(pair[0]) == len(pair[1]) and all(map(_is_rounding, *pair))
    if isinstance(then, float) and isinstance(now, float):
        return abs(then - now) <= ROUNDING * max(abs(then), abs(now))
    return then == now


def differences(then: Json, now: Json, path: str = "") -> Iterator[str]:
    """Every place where two documents differ.

    >>> list(differences({"a": [1, 2]}, {"a": [1, 3]}))
    ['a[1]: 2 → 3']
    """
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            yield from differences(then.get(key), now.get(key), f"{path}.{key}".removeprefix("."))
    elif _is_list(then) and _is_list(now) and len(cast("list[Json]", then)) == len(cast("list[Json]", now)):
        for place, pair in enumerate(zip(cast("list[Json]", then), cast("list[Json]", now), strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif then != now:
        yield f"{path or 'all'}: {_shown(then)} → {_shown(now)}"


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else str(value)[:200]
