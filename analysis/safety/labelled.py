"""The family of regimes whose rows have labels: read by `loading`, joined by `additional`, kept with their encoding."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from analysis.learning.components import Finding
from analysis.learning.data.encoding import written
from analysis.learning.running import State
from analysis.safety import loading
from analysis.safety.additional import JoinedRows, additional_faults, identities, joined
from analysis.safety.constraints import Vocabulary
from analysis.safety.encoded_rows import EncodedRows
from analysis.safety.loading import Loaded
from analysis.safety.loading.checks import order_faults, part_faults
from analysis.safety.loading.declared import ALIKE
from analysis.safety.loading.groups import LEAST_ROWS
from analysis.safety.models.keeping import Meaning, Trained, described, state_of
from analysis.safety.setting import Wish
from analysis.safety.subjects import Prepared
from analysis.safety.terms import Array, Rows, Subject
from analysis.safety.testing.copies import copies
from analysis.safety.testing.resemblance import Resemblance, row_marks
from analysis.safety.testing.splitting import Split
from experiments.types import Json, JsonObject


class Labelled:
    """The family of regimes whose rows have labels."""

    def sections(self) -> tuple[str, ...]:
        return (*loading.PARAMETERS, "additional")

    def faults(self, setting: JsonObject) -> list[Finding]:
        return loading.faults(setting) or additional_faults(setting)

    def identity(self, setting: JsonObject) -> JsonObject:
        more = identities(setting)
        return {**loading.identity(setting), **({"additional": more} if more else {})}

    def prepare(self, setting: JsonObject, wish: Wish) -> Prepared:
        """NotUsable, with everything that was found."""
        loaded = loading.load(setting)
        vocabulary = Vocabulary.of(wish.regime, groups=loaded.groups, classes=len(loaded.classes) or None)
        subject = joined(setting, EncodedRows(loaded, wish), wish, vocabulary)
        tables = tables_of(subject)
        return Prepared(
            subject=subject,
            vocabulary=vocabulary,
            title=loaded.name,
            fingerprint=fingerprint(setting),
            keep=keep,
            marks=np.concatenate([row_marks(one.table.columns) for one in tables]),
            resemblance=resemblance(tables),
            meaning=loaded.meaning,
            remarks=loaded.remarks,
            described=loaded.described(),
            describe=describe,
            suspects=lambda candidate, safety: suspects(subject, wish, candidate, safety),
            noted=lambda candidate, safety: (
                copies_across(subject, candidate, safety) if setting.get("duplicates") == "allow" else ()
            ),
        )


def suspects(subject: EncodedRows | JoinedRows, wish: Wish, candidate: Rows, safety: Rows) -> Iterator[Finding]:
    """Of the rows of every data set."""
    for loaded, parts in divisions(subject, candidate, safety):
        yield from division_faults(loaded, wish, parts.candidate, parts.safety)


def divisions(subject: EncodedRows | JoinedRows, candidate: Rows, safety: Rows) -> Iterator[tuple[Loaded, Split]]:
    """Every data set, and which of its own rows are in which part."""
    whole = [(subject.loaded, candidate, safety)] if isinstance(subject, EncodedRows) else []
    for loaded, searched, held in whole or cast(JoinedRows, subject).divisions(candidate, safety):
        yield loaded, Split(searched, held)


def division_faults(loaded: Loaded, wish: Wish, candidate: Rows, safety: Rows) -> Iterator[Finding]:
    """A sorted file cut in two, or a group that constraints name and one part nearly lacks."""
    yield from order_faults(loaded.labels, loaded.groups, candidate, safety)
    said = " ".join(one.text for one in wish.demanded)
    named = {name: members for name, members in loaded.groups.items() if re.search(rf"\b{name}\b", said)}
    yield from part_faults(named, candidate, safety, least=LEAST_ROWS)


def copies_across(subject: EncodedRows | JoinedRows, candidate: Rows, safety: Rows) -> tuple[str, ...]:
    """Rows that were declared to be different people alike: how many of them are on both sides of the division."""
    found = [
        copies(loaded.samples(loaded.encoding(parts.candidate)), parts)
        for loaded, parts in divisions(subject, candidate, safety)
    ]
    return tuple(f"{one} {ALIKE}" for one in found if one.across)


def tables_of(subject: EncodedRows | JoinedRows) -> list[Loaded]:
    """Of every data set, in the order in which rows are numbered through."""
    return [subject.loaded] if isinstance(subject, EncodedRows) else list(subject.loaded)


def resemblance(tables: Sequence[Loaded]) -> Resemblance:
    """Of all data sets together: whoever tested on the rows of one has seen some of these."""
    found = Resemblance()
    for one in tables:
        found |= Resemblance.of(one.table.columns, one.labels)
    return found


def fingerprint(setting: JsonObject) -> str:
    """Of the source, not of the columns chosen from it: whoever tests on these rows has seen something of them."""
    found = Labelled().identity(setting)
    whole: Json = found if "sha256" in found else {"data": setting["data"], **found}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def describe(subject: Subject, theta: Array) -> JsonObject:
    """The trained model for a report: its weights, or its rules."""
    rows = _primary(subject)
    if rows.inner is None or rows.encoding is None:
        return {}
    trained = Trained(rows.inner.model, theta, len(rows.loaded.classes), rows.encoding.features)
    return described(trained, rows.inner.samples.features)


def keep(subject: Subject, theta: Array) -> State:
    """Everything that is needed to predict later: parameters, encoding, what the outputs mean.

    theta: as it was trained over `subject`, shape (size,). ValueError for a subject that was never prepared.
    """
    rows = _primary(subject)
    if rows.inner is None or rows.encoding is None:
        raise ValueError("These rows are not encoded yet: keep the subject that was trained.")
    loaded, origin = rows.loaded, rows.loaded.origin
    shape, features = [*origin.shape], [*origin.features]
    samples: JsonObject = {"shape": shape, "features": features, "steps": written((rows.encoding,))}
    meaning = Meaning(samples, loaded.aim, len(loaded.classes), rows.encoding.features)
    return state_of(rows.inner.model, theta, meaning)


def _primary(subject: Subject) -> EncodedRows:
    return subject.rows if isinstance(subject, JoinedRows) else cast(EncodedRows, subject)
