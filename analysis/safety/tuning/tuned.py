"""From a setting that leaves things open to one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.learning.seeds import child_seed
from analysis.safety.setting import Wish, read_setting
from analysis.safety.terms import Demand, Rows, Subject
from analysis.safety.testing.splitting import Split
from analysis.safety.training import quantities_of
from analysis.safety.tuning.choosing import best, every
from analysis.safety.tuning.fractions import given, settled
from analysis.safety.tuning.places import FRACTION, put
from analysis.safety.tuning.section import Tuning
from analysis.safety.tuning.trying import Ground, Tried, tried
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

NOTHING_PASSED = "No choice passed in any trial, so the setting was left as it begins."


@dataclass(frozen=True, slots=True)
class Data:
    """What is trained on. subject_of, demands_of: as a wish has them; tell: hears (choice, of how many)."""

    count: int
    subject_of: Callable[[Wish], Subject]
    demands_of: Callable[[Wish], tuple[Demand, ...]]
    tell: Callable[[int, int], None]
    check: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """setting: with every choice made. parts: rows that have gone over to the candidate set, too."""

    setting: JsonObject
    parts: Split
    chosen: Mapping[str, Json]
    tries: tuple[Tried, ...]
    remark: str = ""

    def as_json(self) -> JsonObject:
        """For the run's result: everything that was tried, and what was taken."""
        return {
            "chosen": dict(self.chosen),
            "remark": self.remark,
            "tries": [
                {
                    "values": dict(one.values),
                    "passes": one.passes,
                    "trials": one.trials,
                    "low": one.low,
                    "high": one.high,
                    "objective": finite_or_text(one.objective),
                }
                for one in self.tries
            ],
        }


def tune(setting: JsonObject, tuning: Tuning, parts: Split, data: Data, *, seed: int) -> Tuned:
    """setting: as it begins, with nothing left out (`section.beginning`). parts: at the largest share of the test.

    Looks at candidate rows alone; the labels and groups of safety rows decide only which of them are given away.
    """
    work = _Work(setting, tuning, data, seed)
    chosen: dict[str, Json] = {}
    tries: list[Tried] = []
    if len(tuning.fractions) > 1:
        fraction, parts, tries = settled(parts, tuning.fractions, work.estimate, work.give)
        chosen[FRACTION] = fraction
        work.setting = put(setting, FRACTION, fraction)
    if tuning.places:
        rng = np.random.default_rng(child_seed(seed, "choices"))
        found = every(tuning, lambda values: work.attempt(values, parts), rng=rng)
        taken = best(found)
        tries += found
        if taken is None:
            return Tuned(work.setting, parts, chosen, tuple(tries), NOTHING_PASSED)
        chosen |= taken.values
    return Tuned(work.with_(chosen), parts, chosen, tuple(tries))


@dataclass
class _Work:
    """Counts the choices that were tried."""

    setting: JsonObject
    tuning: Tuning
    data: Data
    seed: int
    done: int = 0

    def with_(self, values: Mapping[str, Json]) -> JsonObject:
        found = self.setting
        for path, value in values.items():
            found = put(found, path, value)
        return found

    def attempt(self, values: Mapping[str, Json], parts: Split) -> Tried:
        """Other choices, at the share of the test as it is."""
        return self._try(values, parts.candidate, (len(parts.candidate), len(parts.safety)))

    def estimate(self, fraction: float, parts: Split) -> Tried:
        """A smaller share of the test, from the rows that are the candidate's already."""
        test = round(fraction * self.data.count)
        return self._try({FRACTION: fraction}, parts.candidate, (self.data.count - test, test))

    def give(self, parts: Split, fraction: float) -> Split:
        wish = read_setting(self.setting)
        strata = self.data.subject_of(wish).strata(quantities_of(self.data.demands_of(wish)))
        seed = child_seed(wish.held.seed, "given", str(fraction))
        return given(parts, fraction, strata, split=wish.held.split, seed=seed)

    def _try(self, values: Mapping[str, Json], rows: Rows, sizes: tuple[int, int]) -> Tried:
        wish = read_setting(self.with_(values))
        ground = Ground(
            rows,
            self.data.subject_of,
            self.data.demands_of,
            self.tuning.trials,
            self.seed,
            self.tuning.confidence,
            self.data.check,
        )
        found = tried(ground, wish, sizes, values)
        self.done += 1
        self.data.tell(self.done, self.tuning.tries)
        return replace(found, values=dict(values))
