"""What a document asks for, beside what is there: what is missing, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.learning.digests import RunKey, canonical
from analysis.learning.running import Fold
from analysis.learning.search.design import Computation
from experiments.types import Json, JsonObject

Answer = tuple[str, int | None, int | None, int]  # setting's digest, outer and inner fold, seed
SHOWN = 5


class Reason(StrEnum):
    """Why a run is missing."""

    SETTING = "new setting"
    FOLD = "new fold"
    SEED = "new seed"
    EPOCHS = "other number of epochs"
    CHANGED = "changed code or data"


@dataclass(frozen=True, slots=True)
class Known:
    """A run that is there."""

    pk: int
    digest: str
    setting: str
    seed: int
    fold: Fold
    epochs: int
    status: str
    identity: JsonObject = field(default_factory=dict)

    @property
    def answers(self) -> Answer:
        """Which computation it is, whatever its epochs, code and data."""
        return self.setting, self.fold.outer, self.fold.inner, self.seed


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that the document asks for."""

    computation: Computation
    key: RunKey
    digest: str

    @property
    def answers(self) -> Answer:
        """Which computation it is, whatever its epochs, code and data."""
        fold = self.computation.fold
        return self.computation.setting_digest, fold.outer, fold.inner, self.key.seed


@dataclass(frozen=True, slots=True)
class Missing:
    """A run to be made. changed: paths of the code and data that differ. warm_from: the key of a run with fewer epochs
    to go on from.
    """

    wanted: Wanted
    reason: Reason
    changed: tuple[str, ...] = ()
    warm_from: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """there: by digest, what is wanted and there. left: what is there and not wanted any more.

    is_adaptive: more may be wanted when there are more results.
    """

    wanted: tuple[Wanted, ...]
    there: Mapping[str, Known]
    missing: tuple[Missing, ...]
    left: tuple[Known, ...]
    is_adaptive: bool = False

    @property
    def statuses(self) -> dict[str, int]:
        """How many of what is there stand where."""
        return dict(sorted(Counter(known.status for known in self.there.values()).items()))

    @property
    def reasons(self) -> dict[str, int]:
        """How many are missing for what reason."""
        return dict(Counter(str(missing.reason) for missing in self.missing))

    def new_values(self) -> dict[str, list[Json]]:
        """By place: the values that no run there has yet."""
        old = {(place, canonical(value)) for one in self._wanted_there() for place, value in _choices(one)}
        news: dict[str, dict[str, Json]] = {}
        for missing in self.missing:
            for place, value in _choices(missing.wanted):
                if missing.reason is Reason.SETTING and (place, canonical(value)) not in old:
                    news.setdefault(place, {})[canonical(value)] = value
        return {place: list(values.values()) for place, values in news.items()}

    def _wanted_there(self) -> Iterator[Wanted]:
        """Those whose setting was run already, with whatever code and data."""
        known = {one.setting for one in (*self.there.values(), *self.left)}
        return (one for one in self.wanted if one.computation.setting_digest in known)


def compare(
    wanted: Sequence[Wanted], known: Sequence[Known], *, completed: str = "completed", is_adaptive: bool = False
) -> Comparison:
    """Each wanted run is either there or missing, and each is told once.

    completed: the status of what can be gone on with.
    """
    once = {one.digest: one for one in wanted}
    have = {one.digest: one for one in known}
    index = _Index(known, completed)
    missing = (index.missing(one) for digest, one in once.items() if digest not in have)
    there = {digest: have[digest] for digest in once if digest in have}
    left = tuple(one for digest, one in have.items() if digest not in once)
    return Comparison(tuple(once.values()), there, tuple(missing), left, is_adaptive)


class _Index:
    """What is there, by what it answers."""

    def __init__(self, known: Sequence[Known], completed: str) -> None:
        self.completed = completed
        self.settings = {one.setting for one in known}
        self.folds = {(one.setting, one.fold) for one in known}
        self.answers: dict[Answer, list[Known]] = {}
        for one in known:
            self.answers.setdefault(one.answers, []).append(one)

    def missing(self, wanted: Wanted) -> Missing:
        computation = wanted.computation
        if computation.setting_digest not in self.settings:
            return Missing(wanted, Reason.SETTING)
        if (computation.setting_digest, computation.fold) not in self.folds:
            return Missing(wanted, Reason.FOLD)
        others = self.answers.get(wanted.answers, [])
        if not others:
            return Missing(wanted, Reason.SEED)
        if same_epochs := [one for one in others if one.epochs == computation.epochs]:
            return Missing(wanted, Reason.CHANGED, tuple(differences(same_epochs[-1].identity, wanted.key.identity)))
        return self._of_other_length(wanted, others)

    def _of_other_length(self, wanted: Wanted, others: Sequence[Known]) -> Missing:
        """Gone on with, where the same code and data got through fewer epochs."""
        identity = canonical(wanted.key.identity)
        alike = [one for one in others if canonical(one.identity) == identity]
        if not alike:
            return Missing(wanted, Reason.CHANGED, tuple(differences(others[-1].identity, wanted.key.identity)))
        shorter = [one for one in alike if one.epochs < wanted.computation.epochs and one.status == self.completed]
        best = max(shorter, key=lambda one: one.epochs, default=None)
        return Missing(wanted, Reason.EPOCHS, warm_from=best.pk if best else None)


def differences(before: Json, after: Json, path: str = "") -> Iterator[str]:
    """The paths at which two values differ, the deepest that both have.

    >>> list(differences({"net": {"code": "a"}, "digits": 1}, {"net": {"code": "c"}, "digits": 1}))
    ['net.code']
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            inner = f"{path}.{key}".lstrip(".")
            if (key in before) != (key in after):
                yield inner
            else:
                yield from differences(before[key], after[key], inner)
    elif canonical(before) != canonical(after):
        yield path or "all of it"


def _choices(wanted: Wanted) -> Iterator[tuple[str, Json]]:
    yield from wanted.computation.proposal.built.choices.items()
