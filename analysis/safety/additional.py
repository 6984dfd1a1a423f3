"""Further data sets of a document: quantities that are bounded from other rows than the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self, cast

from analysis.learning.components import Finding, ListOf, Parameter, Record, Text
from analysis.safety import loading
from analysis.safety.constraints import ConstraintError, Vocabulary, parse_constraint
from analysis.safety.encoded_rows import EncodedRows
from analysis.safety.joined import Joined
from analysis.safety.loading import Loaded
from analysis.safety.loading.declared import declaration_of, of_table, table_of
from analysis.safety.loading.refusal import NotUsable, refuse_if
from analysis.safety.loading.sources import SOURCES
from analysis.safety.setting import Wish
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Quantity, Rows, Subject
from experiments.types import Json, JsonObject

ADDITIONAL: Final = ListOf(
    Record(
        {
            "data": Parameter(SOURCES, "Where its rows come from; they are read as those of the document are."),
            "quantities": Parameter(ListOf(Text(500, 1), least=1), "What is bounded from them: FPR, PR | [M]."),
        }
    ),
    most=20,
)


@dataclass(frozen=True, eq=False)
class JoinedRows(Joined):
    """Labelled rows of several data sets. loaded: of each, the primary one first."""

    loaded: tuple[Loaded, ...] = ()

    @property
    def rows(self) -> EncodedRows:
        """The primary ones: theirs are model, objective and encoding."""
        return cast(EncodedRows, self.primary)

    def for_wish(self, wish: Wish) -> Self:
        """The same rows, for another model or objective."""
        return replace(self, primary=self.rows.for_wish(wish))

    def divisions(self, candidate: Rows, safety: Rows) -> Iterator[tuple[Loaded, Rows, Rows]]:
        """Each set with its own candidate and safety rows."""
        yield from zip(self.loaded, self.parted(candidate), self.parted(safety), strict=True)


def additional_faults(setting: JsonObject) -> list[Finding]:
    """Without reading a row."""
    written = setting.get("additional")
    if written is None:
        return []
    found = list(ADDITIONAL.faults(written))
    entries = _entries(setting) if not found else []
    for place, entry in enumerate(entries):
        found += (((place, *path), message, hint) for path, message, hint in _data_faults(setting, entry))
    return [(("additional", *path), message, hint) for path, message, hint in found]


def identities(setting: JsonObject) -> list[Json]:
    """Of every set, in their order."""
    return [loading.identity({**setting, "data": entry["data"]}) for entry in _entries(setting)]


def joined(setting: JsonObject, primary: EncodedRows, wish: Wish, vocabulary: Vocabulary) -> EncodedRows | JoinedRows:
    """With all sets that the document adds. NotUsable with what is wrong with one of them."""
    entries = _entries(setting)
    if not entries:
        return primary
    others = [_loaded(setting, place, entry, primary.loaded) for place, entry in enumerate(entries)]
    which = _which(entries, wish, vocabulary)
    return JoinedRows(primary, tuple(map(_beside, others)), which, (primary.loaded, *others))


def _beside(loaded: Loaded) -> Callable[[Subject], Subject]:
    def over(primary: Subject) -> Subject:
        rows = cast(EncodedRows, primary)
        if rows.inner is None or rows.encoding is None:
            return replace(rows, loaded=loaded)
        inner = rows.inner
        encoded = Supervised(loaded.samples(rows.encoding), inner.model, inner.objective, inner.classes, inner.measures)
        return replace(rows, loaded=loaded, inner=encoded)

    return over


def _loaded(setting: JsonObject, place: int, entry: JsonObject, primary: Loaded) -> Loaded:
    said = replace(
        declaration_of(setting),
        data=SOURCES.read(entry["data"]),
        classes=primary.classes if len(primary.classes) > 2 else (),
        features=primary.features,
    )
    try:
        found = of_table(table_of({"data": entry["data"]}), said)
    except NotUsable as error:
        raise NotUsable([(("additional", place, *path), *rest) for path, *rest in error.findings]) from error  # type: ignore[misc]  # a tuple's rest
    if found.classes != primary.classes:
        sentence = f"Its label has the values {list(found.classes)}, that of the other rows {list(primary.classes)}."
        raise NotUsable([(("additional", place, "data"), sentence, "Both must be coded alike.")])
    return found


def _which(entries: Sequence[JsonObject], wish: Wish, vocabulary: Vocabulary) -> Mapping[Quantity, int]:
    named = {quantity for constraint in wish.constraints(vocabulary) for quantity in constraint.quantities}
    found: dict[Quantity, int] = {}
    wrong: list[Finding] = []
    for place, entry in enumerate(entries):
        for number, text in enumerate(cast("Sequence[str]", entry["quantities"])):
            path = ("additional", place, "quantities", number)
            try:
                quantities = parse_constraint(f"({text}) <= 0", vocabulary, delta=0.05).quantities
            except ConstraintError as error:
                wrong.append((path, f"Column {error.column - 1}: {error.sentence}", error.hint))
                continue
            if len(quantities) != 1 or quantities[0] not in named:
                known = ", ".join(map(str, sorted(named, key=str)))
                wrong.append((path, f"No constraint has the quantity {text}.", f"There are {known}."))
            elif found.setdefault(quantities[0], place + 1) != place + 1:
                wrong.append((path, f"{text} comes from additional set {found[quantities[0]]} already.", ""))
    refuse_if(wrong)
    return found


def _data_faults(setting: JsonObject, entry: JsonObject) -> list[Finding]:
    return [finding for finding in loading.faults({**setting, "data": entry["data"]}) if finding[0][:1] == ("data",)]


def _entries(setting: JsonObject) -> list[JsonObject]:
    return list(cast("Sequence[JsonObject]", setting.get("additional") or []))
