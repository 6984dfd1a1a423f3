"""The part of a document that says which rows: `data`, `label`, `groups` and what goes with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from analysis.learning.components import Either, Finding, Flag, ListOf, Nullable, OneOf, Parameter, Real, Text
from analysis.learning.components.containers import config_faults, read_config
from analysis.safety.loading.checks import copies, duplicate_faults, gaps, strays, unit_faults
from analysis.safety.loading.groups import Groups, columns_named, groups_of
from analysis.safety.loading.labels import Class, labels_of
from analysis.safety.loading.loaded import Loaded, quoted_classes
from analysis.safety.loading.refusal import NotUsable, refuse_if
from analysis.safety.loading.sources import SOURCES, Source
from analysis.safety.loading.table import Table, fingerprint, is_text, missing
from analysis.safety.terms import Array, Mask, Regime
from experiments.types import Json, JsonObject

_VALUE = Either(Text(200), Real(), Flag())
_NAMES = ListOf(Text(200, 1))
ALIKE: Final = "They were declared to be different people."
REGIMES: Final = (Regime.BINARY, Regime.MULTICLASS, Regime.REGRESSION)

PARAMETERS: Final[dict[str, Parameter]] = {
    "data": Parameter(SOURCES, "Where the rows come from."),
    "label": Parameter(Text(200), "The column that is predicted; empty: the usual one of that data set.", ""),
    "positive": Parameter(Nullable(_VALUE), "The value of the label that counts as 1 (binary classification).", None),
    "classes": Parameter(ListOf(_VALUE), "All values of the label, in the order of their numbers in constraints.", []),
    "groups": Parameter(Groups(), "Who constraints are about.", {}),
    "features": Parameter(
        _NAMES, "The columns a model sees; none: all but label, unit and those that groups are made of.", []
    ),
    "leave_out": Parameter(_NAMES, "Columns that no model sees.", []),
    "unit": Parameter(Text(200), "The column that names the person of a row; each may come once.", ""),
    "missing": Parameter(OneOf("refuse", "drop"), "What becomes of rows without a value in a column used.", "refuse"),
    "duplicates": Parameter(
        OneOf("refuse", "drop", "allow"), "What becomes of rows equal in every column (copies, or people alike?).",
        "refuse",
    ),
    "regime": Parameter(OneOf(*(str(regime) for regime in REGIMES)), "What is learned.", str(Regime.BINARY)),
}  # fmt: skip
"""What this part of a document may say; every other key belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A document's word on its data, read."""

    data: Source
    label: str
    positive: Json
    classes: Sequence[Class]
    groups: JsonObject
    features: Sequence[str]
    leave_out: Sequence[str]
    unit: str
    missing: str
    duplicates: str
    regime: str


def faults(setting: JsonObject) -> list[Finding]:
    """What is wrong with this part of a setting, without reading a row."""
    found = list(config_faults(PARAMETERS, _part(setting)))
    if not found and isinstance(source := SOURCES.read(setting["data"]), Source):
        found += _identity_faults(source)
    return found


def identity(setting: JsonObject) -> JsonObject:
    """What tells the data of this setting from others: part of a run's digest. For a setting without faults."""
    return SOURCES.read(setting["data"]).identity()


def load(setting: JsonObject) -> Loaded:
    """Read, checked, and labelled. NotUsable, with everything that was found, else."""
    refuse_if(faults(setting))
    source = SOURCES.read(setting["data"])
    read: dict[str, Any] = read_config(PARAMETERS, {**source.declares(), **_part(setting)})
    return of_table(_read(source), Declaration(**read))


def table_of(setting: JsonObject) -> Table:
    """The rows alone, whatever is said of them. NotUsable if there are none to read."""
    refuse_if(config_faults(PARAMETERS, {"data": setting["data"]}))
    return _read(SOURCES.read(setting["data"]))


def _read(source: Source) -> Table:
    try:
        return source.table()
    except FileNotFoundError as error:
        raise NotUsable([(("data", "path"), str(error), "")]) from error


def declaration_of(setting: JsonObject) -> Declaration:
    """What a setting without faults says of its rows, its data set's own words included: to read further rows alike."""
    source = SOURCES.read(setting["data"])
    read: dict[str, Any] = read_config(PARAMETERS, {**source.declares(), **_part(setting)})
    declared = Declaration(**read)
    return declared if declared.label else replace(declared, label=source.table().label)


def of_table(table: Table, declared: Declaration) -> Loaded:
    """The same of a table that was read already."""
    if not len(table):
        raise NotUsable([(("data",), f"{table.name} has no rows.", "")])
    declared = replace(declared, label=declared.label or table.label)
    if not declared.label:
        raise NotUsable([(("label",), "Nobody says which column is predicted.", "Add label: with its name.")])
    features = _features(table, declared)
    table, remarks = _cleaned(table, declared, features)
    labels, classes = labels_of(
        table.column(declared.label, "label"), declared.label, Regime(declared.regime),
        positive=declared.positive, classes=declared.classes,
    )  # fmt: skip
    groups = groups_of(table, declared.groups)
    told = (f"In constraints, {quoted_classes(classes)}.",) if len(classes) > 2 else ()
    return Loaded(
        name=table.name,
        regime=Regime(declared.regime),
        table=table,
        labels=labels,
        classes=classes,
        groups=groups,
        features=features,
        fingerprint=_fingerprint(table, features, labels, groups),
        remarks=(*table.remarks, *remarks, *told),
        meaning={"label": declared.label, "classes": list(classes), "groups": declared.groups},
    )


def _part(setting: JsonObject) -> JsonObject:
    return {name: setting[name] for name in PARAMETERS if name in setting}


def _identity_faults(source: Source) -> Iterator[Finding]:
    try:
        source.identity()
    except FileNotFoundError as error:
        yield ("data", "path"), str(error), ""
    except NotUsable as error:
        yield from error.findings


def _features(table: Table, declared: Declaration) -> tuple[str, ...]:
    for name in declared.leave_out:
        table.column(name, "leave_out")
    aside = {declared.label, declared.unit, *declared.leave_out}
    if not declared.features:
        aside |= columns_named(declared.groups)
    for name in declared.features:
        table.column(name, "features")
        if name in aside:
            said = f"“{name}” cannot be a feature: it is the label, the unit, or left out."
            raise NotUsable([(("features",), said, "A model that sees it would predict nothing.")])
    chosen = tuple(name for name in (declared.features or table.columns) if name not in aside)
    if not chosen:
        raise NotUsable([(("features",), "No column is left for a model to see.", "Name some: features: [age].")])
    return chosen


def _cleaned(table: Table, declared: Declaration, features: tuple[str, ...]) -> tuple[Table, list[str]]:
    """Without gaps, copies and second rows of a person; refused or dropped, as declared, and said so."""
    aside = [declared.unit] if declared.unit else []
    used = sorted({*features, declared.label, *columns_named(declared.groups), *aside} & set(table.columns))
    for name in {declared.label, *aside, *columns_named(declared.groups)}:
        table.column(name, "label" if name == declared.label else "unit" if name in aside else "groups")
    remarks: list[str] = []
    if declared.missing == "drop":
        table, remarks = _without_gaps(table, used)
    refuse_if([*gaps(table, used), *strays(table, used)])
    if declared.unit:
        refuse_if(unit_faults(table.columns[declared.unit], declared.unit))
        return table, remarks
    if declared.duplicates == "refuse":
        refuse_if(duplicate_faults(table, used))
        return table, remarks
    table, said = _with_copies(table, declared.duplicates, used)
    return table, [*remarks, *said]


def _with_copies(table: Table, wish: str, used: list[str]) -> tuple[Table, list[str]]:
    again, _ = copies(table, used)
    if not again.any():
        return table, []
    count = int(again.sum())
    if wish == "allow":
        said = "1 row equals" if count == 1 else f"{count:,} rows equal"
        return table, [f"{said} an earlier one. {ALIKE}"]
    rows = "1 row that equals an earlier one was" if count == 1 else f"{count:,} rows that equal an earlier one were"
    return table.view(np.flatnonzero(~again)), [f"{rows} dropped."]


def _without_gaps(table: Table, used: Sequence[str]) -> tuple[Table, list[str]]:
    gone = np.logical_or.reduce([missing(table.columns[name]) for name in used])
    if not gone.any():
        return table, []
    said = f"{int(gone.sum())} of {len(gone)} rows lacked a value and were dropped: what is shown holds for the others."
    return table.view(np.flatnonzero(~gone)), [said]


def _fingerprint(table: Table, features: tuple[str, ...], labels: Array, groups: dict[str, Mask]) -> str:
    columns = {f"feature {name}": table.columns[name] for name in features}
    return fingerprint({**columns, "label": labels, **{f"group {name}": rows for name, rows in groups.items()}})


__all__ = [
    "PARAMETERS",
    "Declaration",
    "declaration_of",
    "faults",
    "identity",
    "is_text",
    "load",
    "of_table",
    "table_of",
]
