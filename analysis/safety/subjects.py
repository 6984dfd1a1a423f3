"""From a document's word on its data to what training asks of a subject: one entry for each family of regimes.

To add one: a module with `parameters`, `faults`, `identity` and `prepare` like `labelled`, and a line in `_family`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from analysis.learning.components import Finding
from analysis.learning.running import State
from analysis.safety.constraints import Vocabulary
from analysis.safety.setting import OWN, Wish, explicit, own_faults, read_setting, stranger_faults
from analysis.safety.terms import Array, Regime, Rows, Subject
from analysis.safety.testing.resemblance import Marks, Resemblance
from analysis.safety.tuning.places import SECTIONS
from analysis.safety.tuning.section import tuning_faults
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Prepared:
    """Data read and checked. fingerprint: SHA-256 that tells them from others. keep: a trained model as a state.

    marks: shape (count,), the same for the same row however it was saved. resemblance: which other data have some of
    these rows. meaning: what the words of constraints stand for: label, classes, groups. described: for the report's
    readers: sizes of groups and classes. describe: the trained model, for them: its weights or rules. suspects: what is
    wrong with a division of the rows, given those of the candidate and those of the test: two parts of a sorted file
    are different people. noted: what is to be said of it, though it is not wrong.
    """

    subject: Subject
    vocabulary: Vocabulary
    title: str
    fingerprint: str
    keep: Callable[[Subject, Array], State]
    marks: Marks
    resemblance: Resemblance
    meaning: JsonObject
    remarks: tuple[str, ...] = ()
    described: JsonObject | None = None
    suspects: Callable[[Rows, Rows], Iterable[Finding]] = lambda candidate, safety: ()
    noted: Callable[[Rows, Rows], tuple[str, ...]] = lambda candidate, safety: ()
    describe: Callable[[Subject, Array], JsonObject] = lambda subject, theta: {}


class Family(Protocol):
    """Data of one kind."""

    def sections(self) -> tuple[str, ...]:
        """Keys of a document that it reads."""
        ...

    def faults(self, setting: JsonObject) -> list[Finding]:
        """Of those, without reading a row."""
        ...

    def identity(self, setting: JsonObject) -> JsonObject:
        """Hashes or versions of the data."""
        ...

    def prepare(self, setting: JsonObject, wish: Wish) -> Prepared:
        """Read and check. ValueError with everything that was found."""
        ...


def faults(setting: JsonObject) -> list[Finding]:
    """Everything that can be said before a row is read."""
    family = family_of(setting)
    found = [*stranger_faults(setting, [*family.sections(), *OWN]), *family.faults(setting), *own_faults(setting)]
    return list(dict.fromkeys(found)) or _tuning_faults(setting)


def _tuning_faults(setting: JsonObject) -> list[Finding]:
    """A policy is what it was recorded as: of it nothing is tuned but how it is sought and tested."""
    sections = ("optimiser",) if setting.get("regime") == Regime.REINFORCEMENT else SECTIONS
    return list(tuning_faults(explicit(setting), own_faults, sections))


def identity(setting: JsonObject) -> JsonObject:
    """Of the data."""
    return family_of(setting).identity(setting)


def prepare(setting: JsonObject) -> tuple[Wish, Prepared]:
    """For a setting without faults."""
    wish = read_setting(setting)
    return wish, family_of(setting).prepare(setting, wish)


def family_of(setting: JsonObject) -> Family:
    """By the regime; labelled rows for one that is not known, so that it is said there."""
    from analysis.safety.labelled import Labelled
    from analysis.safety.reinforcement.family import RecordedEpisodes

    return RecordedEpisodes() if setting.get("regime") == Regime.REINFORCEMENT else Labelled()
