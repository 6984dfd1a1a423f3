"""What a document asks to be computed: settings, folds, seeds, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from analysis.learning.components import ComponentError, Finding, ValueKind, Whole
from analysis.learning.components.templates import has_template
from analysis.learning.running import Fold
from analysis.learning.search.building import CircleError, build
from analysis.learning.search.grid import MOST_SETTINGS
from analysis.learning.search.searches import Occasion, Proposal, Search, Trial
from analysis.learning.search.shipped import SEARCHES
from analysis.learning.search.space import Space, read_space
from analysis.learning.seeds import LARGEST, run_seed
from analysis.learning.validation import SCHEMES, parse_validation, settled
from experiments.types import Json, JsonObject

DEFAULT_SEED = 18
NUMBERS = {
    "seed": (Whole(0, LARGEST), DEFAULT_SEED),
    "seeds": (Whole(1, 10_000), 1),
    "epochs": (Whole(1, 10_000_000), 1),
}
ABOUT_THE_BATCH = frozenset(
    {
        "description",
        "epochs",
        "experiment",
        "hooks",
        "max_attempts",
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
"""Keys of a document that say how its runs are chosen. All others are part of each setting."""
NOT_A_FUNCTIONS = frozenset({"checkpoints", "measure", "stopping"})
"""Keys that a function's setting has no place for: they are the batch's."""


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

    def repeats_of(self, proposal: Proposal) -> int:
        """How many runs it takes: one on each fold from each seed."""
        return sum(1 for _ in _folds(proposal)) * self.seeds

    def computations(self, proposals: Sequence[Proposal]) -> Iterator[Computation]:
        """Settings x folds x seeds, the seeds changing fastest."""
        for proposal in proposals:
            digest = proposal.built.digest
            for fold in _folds(proposal):
                for repeat in range(self.seeds):
                    yield Computation(proposal, digest, fold, repeat, run_seed(self.seed, digest, fold, repeat))


def _folds(proposal: Proposal) -> Iterator[Fold]:
    return parse_validation(proposal.setting.get("validation")).folds_to_run()


def read_design(document: JsonObject, *, seed: int | None = None, epochs: int | None = None) -> Design:
    """ComponentError with everything that is wrong. seed, epochs: instead of the document's."""
    written = {**document, **({} if seed is None else {"seed": seed}), **({} if epochs is None else {"epochs": epochs})}
    if findings := list(design_findings(written)):
        raise ComponentError(findings)
    numbers = {key: cast(int, written.get(key, otherwise)) for key, (_, otherwise) in NUMBERS.items()}
    measure = written.get("measure")
    is_least = isinstance(measure, Mapping) and measure.get("direction") == "minimise"
    space = space_of(written, seed=numbers["seed"])
    search = SEARCHES.read(written.get("search") or "grid")
    return Design(str(written.get("procedure", "pipeline")), space, search, maximises=not is_least, **numbers)


def design_findings(document: JsonObject) -> Iterator[Finding]:
    """Everything that is wrong with what is to be computed."""
    for key, (kind, otherwise) in NUMBERS.items():
        yield from _one_for_all(key, document.get(key, otherwise), kind)
    search = document.get("search") or "grid"
    wrong_search = list(_one_for_all("search", search, SEARCHES))
    yield from wrong_search
    seed = document.get("seed", DEFAULT_SEED)
    space = space_of(document, seed=seed if isinstance(seed, int) else DEFAULT_SEED)
    wrong_space = list(_of_space(space))
    yield from wrong_space
    if not wrong_search and not wrong_space:
        yield from _of_search(SEARCHES.read(search), space, document)


def _of_search(search: Search, space: Space, document: JsonObject) -> Iterator[Finding]:
    """Whether it fits the space; one that learns needs something to learn from, and folds that it may look at."""
    yield from search.faults_of(space)
    if search.is_adaptive and not document.get("measure"):
        hint = "Write measure: {name: f1_macro, split: validation, direction: maximise}."
        yield ("measure",), f"The search {search.name} goes by a measure, and none is named.", hint
    validation = document.get("validation")
    if search.is_adaptive and isinstance(validation, Mapping) and validation.get("scheme") == "nested":
        sentence = "A search that learns would see the outer folds' samples in the inner folds of others."
        yield ("validation", "scheme"), sentence, "Choose grid, random or latin_hypercube for nested folds."


def space_of(document: JsonObject, *, seed: int = DEFAULT_SEED) -> Space:
    """The settings that a document describes. How samples are divided stands in each, with its seed.

    A function's specification may be written as smallab does: its lists are sweeps.
    """
    is_function = document.get("procedure") == "function"
    outside = ABOUT_THE_BATCH | (NOT_A_FUNCTIONS if is_function else frozenset())
    part: dict[str, Json] = {key: value for key, value in document.items() if key not in outside}
    if "validation" in part:
        part["validation"] = _settled(part["validation"], seed)
    return read_space(part, seed=seed, lists_in=[("specification",)] if is_function else ())


def _settled(validation: Json, seed: int) -> Json:
    if isinstance(validation, Mapping) and isinstance(schemes := validation.get("sweep"), list):
        return {**validation, "sweep": [_settled(scheme, seed) for scheme in schemes]}
    return settled(SCHEMES.written(validation), experiment=seed) if SCHEMES.fits(validation) else validation


def _one_for_all(key: str, value: Json, kind: ValueKind) -> Iterator[Finding]:
    if has_template(value):
        yield (key,), f"“{key}” is the same for all runs: nothing in it can be swept.", "Write one value."
    else:
        yield from _below(key, kind.faults(value))


def _below(key: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    return (((key, *path), message, hint) for path, message, hint in findings)


def _of_space(space: Space) -> Iterator[Finding]:
    """What is wrong with its sweeps; then, whether one setting can be made of it and its samples divided."""
    yield from space.faults
    if space.faults:
        return
    try:
        first = build(space, lambda place: 0)
        parse_validation(first.setting.get("validation"))
    except CircleError as error:
        yield error.opens[0].path, str(error), "Let one of them stand without a condition."
    except ComponentError as error:
        yield from error.findings
