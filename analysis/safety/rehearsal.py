"""Before a training: what would be tested on how many rows, and whether these could suffice. No use of a safety set.

Of the rows that are held back nothing is looked at but how many there are of each kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import cast

import numpy as np

from analysis.safety.carrying_out import Stage, demands_of, staged
from analysis.safety.constraints.outline import Branch
from analysis.safety.constraints.showing import as_json
from analysis.safety.foretelling import Foretold, foretell
from analysis.safety.terms import Array, Demand, Evidence, Share, Subject
from analysis.safety.testing.sufficiency import sufficiency
from analysis.safety.wording import figure
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Expected:
    """One quantity. n: rows that will test it. estimate: of the plain model, on the candidate rows.

    lower, upper: what the safety set would say of the plain model, if its rows are like those; infinite where a side is
    not needed and may be anything. refusal: why it would say nothing.
    """

    quantity: str
    n: int
    n_candidate: int
    estimate: float
    method: str
    exact: bool
    delta_lower: float | None
    delta_upper: float | None
    lower: float = -math.inf
    upper: float = math.inf
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One constraint. refusals: why it could not pass, whatever the model.

    estimate, upper: g of the plain model as it is, and as the safety set would bound it. enough: whether so many rows
    are, in a sentence. hopeless: no model could pass.
    """

    text: str
    normalised: str
    delta: float
    quantities: tuple[Expected, ...]
    estimate: float
    upper: float
    enough: str
    hopeless: bool
    tree: Branch = field(repr=False)

    @property
    def would_pass(self) -> bool:
        """The plain model, as it is."""
        return math.isfinite(self.upper) and self.upper <= 0

    @property
    def refusals(self) -> tuple[str, ...]:
        return tuple(f"{one.quantity}: {one.refusal}" for one in self.quantities if one.refusal)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a training would be."""

    title: str
    rows: int
    n_candidate: int
    n_safety: int
    split: str
    seed: int
    groups: Mapping[str, int]
    constraints: tuple[Asked, ...]
    remarks: tuple[str, ...] = ()

    @property
    def could_pass(self) -> bool:
        """Whether nothing speaks against it yet."""
        return not any(one.refusals or one.hopeless for one in self.constraints)

    def as_json(self) -> JsonObject:
        """For scripts."""
        constraints = [_as_json(one) for one in self.constraints]
        told = {name: getattr(self, name) for name in self.__slots__ if name != "constraints"}
        return {**cast(JsonObject, _plain(told)), "constraints": constraints, "could_pass": self.could_pass}

    def lines(self) -> Iterator[str]:
        """For people."""
        yield (
            f"{self.title}: {self.rows:,} rows, {self.n_candidate:,} to search and {self.n_safety:,} to test "
            f"({self.split}, seed {self.seed})."
        )
        if self.groups:
            yield "Groups: " + ", ".join(f"{name} {n:,}" for name, n in self.groups.items()) + "."
        for one in self.constraints:
            yield f"  {one.text}  (delta {one.delta:g})"
            yield from (f"      {_line(each)}" for each in one.quantities)
            yield f"      g of the plain model: {figure(one.estimate)}, at most {figure(one.upper)}. {_verdict(one)}"
            yield f"      {one.enough}"
        yield from (f"Note: {remark}" for remark in self.remarks)
        yield "These data could suffice." if self.could_pass else "No model can pass on these data."
        yield "Nothing was computed, and the safety set was not looked into."


def rehearse(setting: JsonObject) -> Rehearsal:
    """Read and divide the data, fit the plain model to the candidate rows. ValueError as `carry_out` raises it."""
    stage = staged(setting)
    rng, rows = np.random.default_rng(0), stage.parts.candidate
    subject = stage.prepared.subject.prepared(rows, rng=rng)
    theta = subject.start(rows, rng=rng)
    demands = demands_of(stage, number=1)
    origin = stage.origin
    described = stage.prepared.described or {}
    return Rehearsal(
        title=origin.title,
        rows=origin.rows,
        n_candidate=origin.n_candidate,
        n_safety=origin.n_safety,
        split=origin.split,
        seed=origin.seed,
        groups=cast("Mapping[str, int]", described.get("groups") or {}),
        constraints=tuple(_asked(stage, demand, subject, theta) for demand in demands),
        remarks=origin.remarks,
    )


def _asked(stage: Stage, demand: Demand, subject: Subject, theta: Array) -> Asked:
    constraint = demand.constraint
    seen = subject.evidence(theta, stage.parts.candidate, constraint.quantities)
    later = subject.evidence(theta, stage.parts.safety, constraint.quantities)
    counts = {quantity: len(evidence.values) for quantity, evidence in later.items()}
    foresaid = foretell(demand, seen, counts, mode=stage.wish.mode)
    enough = sufficiency(demand, seen, rows=len(stage.parts.safety))
    return Asked(
        text=constraint.text,
        normalised=constraint.normalised,
        delta=constraint.delta,
        quantities=tuple(
            _expected(one, seen[one.quantity], demand.budget[one.quantity]) for one in foresaid.quantities
        ),
        estimate=foresaid.estimate,
        upper=foresaid.upper,
        enough=_sentence(str(enough).removeprefix(f"{constraint.text}: ")),
        hopeless=enough.hopeless,
        tree=foresaid.tree,
    )


def _expected(one: Foretold, seen: Evidence, share: Share) -> Expected:
    return Expected(
        quantity=str(one.quantity),
        n=one.n,
        n_candidate=len(seen.values),
        estimate=one.estimate,
        method=one.method,
        exact=one.exact,
        delta_lower=share.delta_lower,
        delta_upper=share.delta_upper,
        lower=one.interval[0],
        upper=one.interval[1],
        refusal=one.refusal,
    )


def _range(one: Expected) -> str:
    """What would be shown, on the sides that are needed.

    >>> _range(Expected("PR", 90, 60, 0.5, "betting", True, None, 0.05, upper=0.61))
    'at most 0.61'
    """
    ends = (("at least", one.lower, one.delta_lower), ("at most", one.upper, one.delta_upper))
    return " and ".join(f"{word} {figure(end)}" for word, end, spent in ends if spent is not None and not one.refusal)


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _verdict(one: Asked) -> str:
    """Of the plain model."""
    return "It would pass as it is." if one.would_pass else "It would not pass: another candidate has to be found."


def _as_json(one: Asked) -> JsonObject:
    told = {name: getattr(one, name) for name in one.__slots__ if name not in ("tree", "quantities")}
    quantities = [_plain(asdict(each)) for each in one.quantities]
    return {
        **cast(JsonObject, _plain(told)),
        "quantities": quantities,
        "would_pass": one.would_pass,
        "refusals": list(one.refusals),
        "tree": as_json(one.tree),
    }


def _line(one: Expected) -> str:
    method = one.method if one.exact else f"{one.method}, approximate"
    known = f", shown to be {_range(one)}" if _range(one) else ""
    said = f"{one.quantity}: {one.n:,} rows to test; {figure(one.estimate)} of the plain model{known} ({method})"
    return f"{said}. {one.refusal}" if one.refusal else said


def _plain(value: object) -> Json:
    if isinstance(value, float):
        return finite_or_text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return cast(Json, value)
