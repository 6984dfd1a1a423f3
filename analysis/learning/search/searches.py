"""What every way of searching a space promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from analysis.learning.components import Finding, ListOf
from analysis.learning.members import Member, Register, takes
from analysis.learning.search.exclusions import Exclusion, ExclusionKind
from analysis.learning.search.nodes import Built
from analysis.learning.search.space import Space
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Proposal:
    """A setting to be run, on every fold and from every seed.

    epochs: in total. note: what the search must find again when it looks at the results; it is kept beside the runs.
    """

    built: Built
    epochs: int
    note: JsonObject = field(default_factory=dict)

    @property
    def setting(self) -> JsonObject:
        """What is run."""
        return self.built.setting

    def key(self) -> tuple[str, int]:
        """What makes two proposals the same one: the setting's digest, and for how long it is run."""
        return self.built.digest, self.epochs


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a proposal: all of its runs together.

    setting: its digest. value: the mean of the primary measure over its runs; None: one failed, or is not over yet.
    note: the proposal's.
    """

    setting: str
    epochs: int
    is_over: bool = False
    value: float | None = None
    note: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what it is searched. seed: the experiment's. epochs: of a full run. maximises: more is better.

    most: somebody only looks, and at no more settings than that: a search draws one more at most, to tell that there
    are more. None: all that are wanted.
    """

    seed: int = 0
    epochs: int = 1
    maximises: bool = True
    most: int | None = None

    def enough(self, n: int) -> int:
        """How many of ``n`` settings need to be drawn."""
        return n if self.most is None else min(n, self.most + 1)

    def score(self, trial: Trial) -> float:
        """More is better, whatever the measure; nothing is worse than a trial without a value."""
        if trial.value is None:
            return float("-inf")
        return trial.value if self.maximises else -trial.value


@dataclass(frozen=True)
class Search(Member):
    """A way to go through a space, the same whenever and wherever it is asked.

    It keeps nothing: what it proposes follows from the space, the occasion and the trials alone. So it may be asked
    anew after every run, after a crash, and after the document has grown.
    """

    is_adaptive: ClassVar[bool] = False  # whether results decide what is proposed next

    @property
    def knows_its_settings(self) -> bool:
        """Whether all settings are known before the first result."""
        return not self.is_adaptive

    exclusions: tuple[Exclusion, ...] = takes(
        ListOf(ExclusionKind()), "Settings to leave out, by what stands where.", ()
    )

    @abstractmethod
    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        """Everything that ought to have been run, or be run now, with what was proposed before. None comes twice.

        ValueError if the space cannot be searched so; `faults_of` says it first.
        """

    def faults_of(self, space: Space) -> Iterator[Finding]:
        """Why this space cannot be searched so."""
        yield from ()

    def allows(self, built: Built) -> bool:
        """Whether no exclusion leaves the setting out."""
        return not any(exclusion.matches(built.setting) for exclusion in self.exclusions)


SEARCHES: Register[Search] = Register("kind")
