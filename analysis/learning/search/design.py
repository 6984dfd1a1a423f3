"""What a document asks to be computed: settings, folds, seeds, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from analysis.learning.digests import digest_of
from analysis.learning.parameters import Fault, SpecError, Whole
from analysis.learning.running import Fold
from analysis.learning.search.building import CircleError, build
from analysis.learning.search.grid import MOST_SETTINGS
from analysis.learning.search.searches import Occasion, Proposal, Search, Trial, read_search
from analysis.learning.search.space import Space, read_space
from analysis.learning.seeds import LARGEST, run_seed
from analysis.learning.validation import parse_validation, settled
from experiments.problems import path_text
from experiments.types import Json, JsonObject

DEFAULT_SEED = 18
ABOUT_THE_BATCH = frozenset(
    {
        "checkpoints",
        "description",
        "epochs",
        "experiment",
        "hooks",
        "max_attempts",
        "measure",
        "measures",
        "memory_limit",
        "priority",
        "procedure",
        "search",
        "seed",
        "seeds",
        "slug",
        "study",
        "time_limit",
        "title",
        "version",
        "workers",
    }
)
"""Keys of a document that say how its runs are chosen, kept and compared. All others are part of each setting."""


@dataclass(frozen=True, slots=True)
class Computation:
    """One run to be. repeat: which of the setting's seeds it is, from 0."""

    proposal: Proposal
    setting_digest: str
    fold: Fold
    repeat: int
    seed: int

    @property
    def setting(self) -> JsonObject:
        """No sweep is left in it, and how samples are divided stands in it."""
        return self.proposal.setting

    @property
    def epochs(self) -> int:
        """In total."""
        return self.proposal.epochs


@dataclass(frozen=True, slots=True)
class Design:
    """A document, read. seeds: from how many seeds every setting is run on every fold."""

    procedure: str
    space: Space
    search: Search
    seed: int = DEFAULT_SEED
    seeds: int = 1
    epochs: int = 1
    maximises: bool = True

    @property
    def occasion(self) -> Occasion:
        """For what it is searched."""
        return Occasion(self.seed, self.epochs, self.maximises)

    def proposals(self, trials: Sequence[Trial] = ()) -> list[Proposal]:
        """Everything that ought to have been run, or be run now. ValueError if these are more than 100,000 settings."""
        found = list(islice(self.search.proposals(self.space, self.occasion, trials), MOST_SETTINGS + 1))
        if len(found) > MOST_SETTINGS:
            raise ValueError(f"These are more than {MOST_SETTINGS:,} settings. Take fewer values, or a random search.")
        return found

    def computations(self, proposals: Sequence[Proposal]) -> Iterator[Computation]:
        """Settings x folds x seeds, the seeds changing fastest."""
        for proposal in proposals:
            digest = digest_of(proposal.setting)
            for fold in parse_validation(proposal.setting.get("validation")).folds_to_run():
                for repeat in range(self.seeds):
                    yield Computation(proposal, digest, fold, repeat, run_seed(self.seed, digest, fold, repeat))


def read_design(document: JsonObject, *, seed: int | None = None, epochs: int | None = None) -> Design:
    """SpecError with everything that is wrong. seed, epochs: instead of the document's."""
    reading = _Reading(document)
    numbers = {
        "seed": reading.number("seed", 0, LARGEST, DEFAULT_SEED) if seed is None else seed,
        "seeds": reading.number("seeds", 1, 10_000, 1),
        "epochs": reading.number("epochs", 1, 10_000_000, 1) if epochs is None else epochs,
    }
    search = reading.search()
    space = space_of(document, seed=numbers["seed"])
    faults = [*reading.faults, *_of_space(space), *(search.faults_of(space) if search else ())]
    if faults or search is None:
        raise SpecError(faults)
    measure = document.get("measure")
    is_least = isinstance(measure, Mapping) and measure.get("direction") == "minimise"
    return Design(str(document.get("procedure", "pipeline")), space, search, maximises=not is_least, **numbers)


def design_faults(document: JsonObject) -> list[Fault]:
    """Everything that is wrong with what is to be computed: (path, sentence)."""
    try:
        read_design(document)
    except SpecError as wrong:
        return list(wrong.faults)
    return []


def space_of(document: JsonObject, *, seed: int = DEFAULT_SEED) -> Space:
    """The settings that a document describes. How samples are divided stands in each, with its seed.

    A function's specification may be written as smallab does: its lists are sweeps.
    """
    part: dict[str, Json] = {key: value for key, value in document.items() if key not in ABOUT_THE_BATCH}
    if "validation" in part:
        part["validation"] = _settled(part["validation"], seed)
    return read_space(part, seed=seed, lists_in=[("specification",)] if document.get("procedure") == "function" else ())


def _settled(validation: Json, seed: int) -> Json:
    if isinstance(validation, Mapping) and "scheme" in validation:
        return settled(validation, experiment=seed)
    if isinstance(validation, Mapping) and isinstance(schemes := validation.get("sweep"), Sequence):
        return {**validation, "sweep": [_settled(scheme, seed) for scheme in schemes]}
    return validation


@dataclass
class _Reading:
    document: JsonObject
    faults: list[Fault] = field(default_factory=list)

    def number(self, key: str, low: int, high: int, otherwise: int) -> int:
        try:
            return Whole(low, high).read(key, self.document.get(key, otherwise))
        except SpecError as wrong:
            self.faults += wrong.faults
            return otherwise

    def search(self) -> Search | None:
        try:
            return read_search(self.document.get("search"))
        except SpecError as wrong:
            self.faults += wrong.faults
            return None


def _of_space(space: Space) -> Iterator[Fault]:
    """What is wrong with its sweeps; then, whether one setting can be made of it and its samples divided."""
    yield from ((path_text(path), f"{sentence} {hint}".strip()) for path, sentence, hint in space.faults)
    if space.faults:
        return
    try:
        first = build(space, lambda place: 0)
        parse_validation(first.setting.get("validation"))
    except CircleError as error:
        yield path_text(error.opens[0].path), str(error)
    except SpecError as wrong:
        yield from wrong.faults
