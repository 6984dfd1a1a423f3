"""Labelled rows as a subject of training: read by `loading`, encoded by what the candidate rows alone have taught."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from analysis.learning.components import Finding
from analysis.learning.data.encoding import Columns, written
from analysis.learning.running import State
from analysis.safety import loading
from analysis.safety.constraints import Vocabulary
from analysis.safety.loading import Loaded
from analysis.safety.loading.checks import order_faults, part_faults
from analysis.safety.loading.groups import LEAST_ROWS
from analysis.safety.models.keeping import Meaning, Trained, described, state_of
from analysis.safety.setting import Wish
from analysis.safety.subjects import Prepared
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Demand, Evidence, Problem, Quantity, Rows, Samples, Subject
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class EncodedRows:
    """What `training` asks of labelled rows. inner: None until the candidate rows have taught the encoding."""

    loaded: Loaded
    wish: Wish
    inner: Supervised | None = None
    encoding: Columns | None = None

    @property
    def count(self) -> int:
        return len(self.loaded)

    def for_wish(self, wish: Wish) -> Self:
        """The same rows, for another model or objective."""
        return replace(self, wish=wish, inner=None, encoding=None)

    def strata(self) -> NDArray[np.intp]:
        unseen = Samples(np.empty((self.count, 0)), self.loaded.labels, self.loaded.groups)
        return self._over(unseen).strata()

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        encoding = self.loaded.encoding(rows)
        samples = self.loaded.samples(encoding)
        inner = self._over(samples).prepared(rows, rng=rng)
        return replace(self, inner=inner, encoding=encoding)

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        return self.whole.start(rows, rng=rng)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        return self.whole.problem(rows, demands, size=size)

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        return self.whole.evidence(theta, rows, quantities)

    @property
    def features(self) -> Array:
        """Shape (count, d), encoded."""
        return self.whole.samples.features

    def outputs(self, theta: Array) -> Array:
        """Of that model over all rows."""
        return self.whole.outputs(theta, np.arange(self.count))

    @property
    def whole(self) -> Supervised:
        """The encoded rows. ValueError before `prepared`."""
        if self.inner is None:
            raise ValueError("These rows are not encoded yet: ask `prepared` first, with the candidate rows.")
        return self.inner

    def _over(self, samples: Samples) -> Supervised:
        return Supervised(samples, self.wish.model, self.wish.objective, len(self.loaded.classes))


class Labelled:
    """The family of regimes whose rows have labels."""

    def sections(self) -> tuple[str, ...]:
        return tuple(loading.PARAMETERS)

    def faults(self, setting: JsonObject) -> list[Finding]:
        return loading.faults(setting)

    def identity(self, setting: JsonObject) -> JsonObject:
        return loading.identity(setting)

    def prepare(self, setting: JsonObject, wish: Wish) -> Prepared:
        """NotUsable, with everything that was found."""
        loaded = loading.load(setting)
        return Prepared(
            subject=EncodedRows(loaded, wish),
            vocabulary=Vocabulary.of(wish.regime, groups=loaded.groups, classes=len(loaded.classes) or None),
            title=loaded.name,
            fingerprint=fingerprint(setting),
            keep=keep,
            remarks=loaded.remarks,
            described=loaded.described(),
            describe=describe,
            suspects=lambda candidate, safety: division_faults(loaded, wish, candidate, safety),
        )


def division_faults(loaded: Loaded, wish: Wish, candidate: Rows, safety: Rows) -> Iterator[Finding]:
    """A sorted file cut in two, or a group that constraints name and one part nearly lacks."""
    yield from order_faults(loaded.labels, loaded.groups, candidate, safety)
    said = " ".join(one.text for one in wish.demanded)
    named = {name: members for name, members in loaded.groups.items() if re.search(rf"\b{name}\b", said)}
    yield from part_faults(named, candidate, safety, least=LEAST_ROWS)


def fingerprint(setting: JsonObject) -> str:
    """Of the source, not of the columns chosen from it: whoever tests on these rows has seen something of them."""
    found = loading.identity(setting)
    whole: Json = found if "sha256" in found else {"data": setting["data"], **found}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def describe(subject: Subject, theta: Array) -> JsonObject:
    """The trained model for a report: its weights, or its rules."""
    rows = cast(EncodedRows, subject)
    if rows.inner is None or rows.encoding is None:
        return {}
    trained = Trained(rows.inner.model, theta, len(rows.loaded.classes), rows.encoding.features)
    return described(trained, rows.inner.samples.features)


def keep(subject: Subject, theta: Array) -> State:
    """Everything that is needed to predict later: parameters, encoding, what the outputs mean."""
    rows = cast(EncodedRows, subject)
    if rows.inner is None or rows.encoding is None:
        raise ValueError("These rows are not encoded yet: keep the subject that was trained.")
    loaded, origin = rows.loaded, rows.loaded.origin
    shape, features = [*origin.shape], [*origin.features]
    samples: JsonObject = {"shape": shape, "features": features, "steps": written((rows.encoding,))}
    meaning = Meaning(samples, loaded.aim, len(loaded.classes), rows.encoding.features)
    return state_of(rows.inner.model, theta, meaning)
