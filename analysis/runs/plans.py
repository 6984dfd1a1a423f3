"""What a batch's document asks for, beside the runs that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from analysis.learning.components import ComponentError
from analysis.learning.digests import RunKey
from analysis.learning.running import PROCEDURES, Fold, Procedure
from analysis.learning.search.comparing import Comparison, Known, Wanted, compare
from analysis.learning.search.design import Computation, Design, read_design
from analysis.learning.search.searches import Proposal, Trial
from analysis.runs.models.run import judges_a_choice
from analysis.runs.models.status import OVER, Status
from experiments.blueprint import json_object
from experiments.errors import BadValue, Invalid
from experiments.problems import path_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.runs.models import Batch, Run

SHOWN = 3
LOOKED_AT_BY_SEARCHES = ("setting", "proposal", "primary")


class _There(NamedTuple):
    """A run that is there, as far as planning looks at it; named as its columns."""

    pk: int
    is_wanted: bool
    digest: str
    setting_digest: str
    outer_fold: int | None
    inner_fold: int | None
    seed: int
    epochs: int
    identity: Json
    status: str
    setting: Json = None
    proposal: Json = None
    primary: float | None = None

    @property
    def is_outer_of_nested(self) -> bool:
        """As the run says of itself."""
        return judges_a_choice(self.setting, self.inner_fold)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants computed. seed, epochs: instead of the document's."""

    document: JsonObject
    seed: int | None = None
    epochs: int | None = None

    @classmethod
    def of(cls, batch: Batch) -> Request:
        """What the batch is there for."""
        return cls({"procedure": batch.procedure, **json_object(batch.document)}, batch.seed, batch.epochs)

    def design(self) -> Design:
        """Invalid with everything that is wrong."""
        try:
            return read_design(self.document, seed=self.seed, epochs=self.epochs)
        except ComponentError as error:
            found = [(path_text(path), message, hint) for path, message, hint in error.findings]
            errors = tuple({"path": path, "message": message, "hint": hint} for path, message, hint in found)
            first = "; ".join(f"{path}: {message}" for path, message, _ in found[:SHOWN])
            raise Invalid("This document cannot be computed.", hint=first, errors=errors) from error


def comparison_of(
    request: Request, batch: Batch | None = None, *, as_begun: bool = False, proposals: Sequence[Proposal] | None = None
) -> Comparison:
    """What is there of it, and what is missing and why. Without a batch, nothing is there.

    proposals: of a search that asks for no results, by whoever has made them already. as_begun: code and data are taken
    to be those that the settings were last run with, so that a search which is under way goes on and does not begin
    anew. Invalid or BadValue if it cannot be computed.
    """
    design = request.design()
    runs = _runs_of(batch, is_adaptive=design.search.is_adaptive)
    begun = {run.setting_digest: json_object(run.identity) for run in runs if as_begun and run.is_wanted}
    identities = _Identities(_procedure(design.procedure), begun)
    trials = list(_trials(runs, identities)) if design.search.is_adaptive else []
    try:
        made = design.proposals(trials) if proposals is None or design.search.is_adaptive else proposals
        computations = list(design.computations(made))
    except ValueError as error:
        raise BadValue(str(error)) from error
    wanted = [_wanted(one, design, identities) for one in computations]
    return compare(wanted, [_known(run) for run in runs], is_adaptive=design.search.is_adaptive)


def _runs_of(batch: Batch | None, *, is_adaptive: bool) -> list[_There]:
    """Rows, not objects, and no more of each than is looked at: there may be thousands."""
    if batch is None:
        return []
    names = [name for name in _There._fields if is_adaptive or name not in LOOKED_AT_BY_SEARCHES]
    return [_There(**row) for row in batch.runs.order_by("pk").values(*names)]


def _wanted(computation: Computation, design: Design, identities: _Identities) -> Wanted:
    key = RunKey(
        design.procedure,
        computation.setting,
        computation.seed,
        fold=computation.fold,
        epochs=computation.epochs,
        identity=identities.of(computation.setting_digest, computation.setting),
    )
    return Wanted(computation, key, key.digest())


@dataclass(slots=True)
class _Identities:
    """Hashes of the code and data of each setting, asked for once. known: by the setting's digest."""

    procedure: Procedure
    known: dict[str, JsonObject]

    def of(self, digest: str, setting: JsonObject) -> JsonObject:
        """Of that setting."""
        if digest not in self.known:
            self.known[digest] = self.procedure.identity(setting)
        return self.known[digest]


def _procedure(name: str) -> Procedure:
    procedure = PROCEDURES.get(name)
    if procedure is None:
        known = ", ".join(sorted(PROCEDURES)) or "none"
        raise BadValue(f"There is no procedure called “{name}”.", hint=f"Known: {known}.")
    return procedure


def _known(run: _There) -> Known:
    fold = Fold(run.outer_fold, run.inner_fold)
    identity = json_object(run.identity)
    return Known(run.pk, run.digest, run.setting_digest, run.seed, fold, run.epochs, run.status, identity)


def _trials(runs: Sequence[_There], identities: _Identities) -> Iterator[Trial]:
    """By setting and epochs, in the order in which they were proposed. What old code or data gave is left out."""
    groups: dict[tuple[str, int], list[_There]] = {}
    for run in runs:
        groups.setdefault((run.setting_digest, run.epochs), []).append(run)
    for (setting, epochs), group in groups.items():
        identity = identities.of(setting, json_object(group[0].setting))
        if current := [run for run in group if run.identity == identity]:
            is_over = all(run.status in OVER for run in current)
            yield Trial(setting, epochs, is_over, _mean(current), _note(current[0]))


def _mean(runs: Sequence[_There] | Sequence[Run]) -> float | None:
    """Of the primary measure over folds and seeds, outer folds of nested ones left out; None if one has none."""
    choosing = [run for run in runs if not run.is_outer_of_nested]
    values = [run.primary for run in choosing if run.status == Status.COMPLETED and run.primary is not None]
    return fmean(values) if values and len(values) == len(choosing) else None


def _note(run: _There) -> JsonObject:
    note = json_object(run.proposal).get("note")
    return note if isinstance(note, Mapping) else {}
