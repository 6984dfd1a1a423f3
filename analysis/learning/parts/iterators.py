"""What makes splits of data sets, and splits of splits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from analysis.learning.components import (
    Either,
    Finding,
    Flag,
    ListOf,
    MappingOf,
    OneOf,
    Parameter,
    Real,
    Record,
    Requirement,
    Text,
    Whole,
    component,
)
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.learning.data.dataset import Dataset, Splits
    from analysis.learning.running import Fold

ONE = Requirement("dataset", "The rows.")
ANY = Requirement(("splits", "dataset"), "Splits, or a data set as the single split `all`.")
ONLY = Parameter(ListOf(Text(100, 1)), "Splits to change; none named: all. The others pass as they are.", default=[])
LABEL = Either(Whole(), Real(), Text(200))
MAPPING = Record(
    {"previous": Parameter(ListOf(LABEL, least=1), "Labels."), "new": Parameter(LABEL, "What they become.")}
)
SEED = Parameter(Whole(0, 2**53 - 1), "The same seed gives the same rows, in every run.", default=0)
SHARE = Either(Whole(1), Real(0, 1, above=True, below=True), OneOf("rest"))


def _splits(rows: Dataset | Splits) -> Splits:
    from analysis.learning.data.dataset import Dataset, Splits

    return Splits({"all": rows}) if isinstance(rows, Dataset) else rows


@component(
    "splits",
    "split",
    requires={"splits": ANY},
    parameters={
        "parts": Parameter(MappingOf(SHARE), "Name of each part: its share, its number of rows, or “rest”."),
        "of": Parameter(Text(100), "The split that is cut; empty: the only one.", default=""),
        "seed": SEED,
        "stratified": Parameter(Flag(), "Each class in the same share everywhere.", default=False),
        "together": Parameter(Text(200), "A column; rows with the same value stay in one part.", default=""),
    },
)
def split(
    *,
    splits: Dataset | Splits,
    parts: Mapping[str, float | str],
    of: str,
    seed: int,
    stratified: bool,
    together: str,
) -> Splits:
    """Cut into parts at random; they take the place of what is cut.

    Sizes are exact, stratified or not; only where rows stay together they are as near as can be.
    """
    from analysis.learning.data.iterators.splitting import split as cut

    given = _splits(splits)
    named = of or _only(given)
    made = cut(given[named], parts, seed=seed, stratified=stratified, together=together)
    return given.without(named).changed(made)


def _only(splits: Splits) -> str:
    if len(splits) != 1:
        raise ValueError(f"Say which split is meant, one of {', '.join(splits)}.")
    return next(iter(splits))


@component(
    "splits",
    "fold",
    requires={"splits": ANY},
    parameters={"split": Parameter(Text(100), "The split that is folded; empty: the only one, or train.", default="")},
    injects=("validation", "fold"),
)
def fold(*, splits: Dataset | Splits, split: str, validation: JsonObject, fold: Fold) -> Splits:
    """The fold of this run: what trains, and what is held out.

    As the document's validation section says. Without one, the split is called train and nothing is held out.
    """
    from analysis.learning.data.iterators.folding import folded
    from analysis.learning.validation import parse_validation

    scheme, given = parse_validation(validation or None), _splits(splits)
    named = split or scheme.split or (next(iter(given)) if len(given) == 1 else "train")
    return folded(given, scheme, fold, split=named)


@component(
    "splits",
    "filter_labels",
    requires={"splits": ANY},
    parameters={"keep": Parameter(ListOf(LABEL, least=1), "The labels to keep."), "only": ONLY},
)
def filter_labels(*, splits: Dataset | Splits, keep: Sequence[int | float | str], only: list[str]) -> Splits:
    """Only rows with certain labels."""
    from analysis.learning.data.iterators.labelling import filtered

    return filtered(_splits(splits), keep, only=only)


@component(
    "splits",
    "map_labels",
    requires={"splits": ANY},
    parameters={
        "mappings": Parameter(ListOf(MAPPING, least=1), "All at once: a new label is not mapped again."),
        "only": ONLY,
    },
)
def map_labels(*, splits: Dataset | Splits, mappings: Sequence[Mapping[str, object]], only: list[str]) -> Splits:
    """Labels under other names."""
    from analysis.learning.data.iterators.labelling import Label, Renaming, renamed

    renamings = [Renaming(cast("list[Label]", one["previous"]), cast("Label", one["new"])) for one in mappings]
    return renamed(_splits(splits), renamings, only=only)


@component(
    "splits",
    "one_hot_targets",
    requires={"splits": ANY},
    parameters={"size": Parameter(Whole(1, 1_000_000), "Number of classes, 0 … size - 1."), "only": ONLY},
)
def one_hot_targets(*, splits: Dataset | Splits, size: int, only: list[str]) -> Splits:
    """Targets as vectors with a single 1."""
    from analysis.learning.data.iterators.labelling import one_hot

    return one_hot(_splits(splits), size, only=only)


COLUMN = Either(Whole(0), Text(200, 1))
ENCODING = Record(
    {
        "as": Parameter(
            OneOf("categorical", "continuous", "keep"), "Zeros and ones for each category, standardised, or as it is."
        ),
        "columns": Parameter(ListOf(COLUMN, least=1), "Names, or positions from 0."),
        "unseen": Parameter(OneOf("refuse", "zeros"), "What to do with a category that is new.", default="refuse"),
    }
)


def _columns_named(config: JsonObject) -> Iterator[Finding]:
    encodings = config.get("encodings")
    if isinstance(encodings, list) and not encodings:
        yield ("encodings",), "Nothing is encoded.", "Name at least one column, or leave the component out."


@component(
    "splits",
    "encode",
    requires={"splits": ANY},
    parameters={
        "encodings": Parameter(ListOf(ENCODING), "Columns not named are left out."),
        "learn_from": Parameter(Text(100, 1), "The split that categories and means are learnt from.", default="train"),
        "only": ONLY,
    },
    check=_columns_named,
)
def encode(
    *, splits: Dataset | Splits, encodings: Sequence[Mapping[str, object]], learn_from: str, only: list[str]
) -> Splits:
    """Columns as numbers.

    What is learnt of the training split is kept with the model, and used again when it predicts.
    """
    from analysis.learning.data.encoding import Encoding
    from analysis.learning.data.iterators.encoding import encoded

    chosen = [Encoding(str(e["as"]), cast("list[int | str]", e["columns"]), str(e["unseen"])) for e in encodings]
    return encoded(_splits(splits), chosen, train=learn_from, only=only)


@component(
    "splits",
    "scale",
    requires={"splits": ANY},
    parameters={
        "divide": Parameter(Real(0, above=True), "Every number is divided by this.", default=1.0),
        "subtract": Parameter(Real(), "And before that, this is taken off.", default=0.0),
        "only": ONLY,
    },
)
def scale(*, splits: Dataset | Splits, divide: float, subtract: float, only: list[str]) -> Splits:
    """Every number, by the same factor."""
    from analysis.learning.data.iterators.encoding import scaled

    return scaled(_splits(splits), divide=divide, subtract=subtract, only=only)


@component("splits", "shuffle", requires={"splits": ANY}, parameters={"seed": SEED, "only": ONLY})
def shuffle(*, splits: Dataset | Splits, seed: int, only: list[str]) -> Splits:
    """Rows in a random order, once and for all.

    For a new order every epoch use the sampler `random`.
    """
    from analysis.learning.data.iterators.arranging import shuffled

    return shuffled(_splits(splits), seed, only=only)


@component(
    "splits",
    "view",
    requires={"dataset": ONE},
    parameters={"views": Parameter(MappingOf(ListOf(Whole(0))), "Name of each split: its rows, from 0.")},
)
def view(*, dataset: Dataset, views: Mapping[str, list[int]]) -> Splits:
    """Rows chosen by their position."""
    from analysis.learning.data.iterators.arranging import viewed

    return viewed(dataset, views)


@component(
    "splits",
    "first",
    requires={"splits": ANY},
    parameters={"rows": Parameter(Whole(1), "At most so many of each split."), "only": ONLY},
)
def first(*, splits: Dataset | Splits, rows: int, only: list[str]) -> Splits:
    """The first rows only, for a quick trial."""
    from analysis.learning.data.iterators.arranging import first as cut

    return cut(_splits(splits), rows, only=only)


@component("splits", "in_memory", requires={"splits": ANY}, parameters={"only": ONLY})
def in_memory(*, splits: Dataset | Splits, only: list[str]) -> Splits:
    """Read once, encodings and all."""
    from analysis.learning.data.iterators.arranging import in_memory as read

    return read(_splits(splits), only=only)


@component(
    "splits",
    "combine",
    requires={"splits": Requirement(("splits", "dataset"), "What is combined: splits.<name> for each.", many=True)},
    parameters={
        "parts": Parameter(
            MappingOf(ListOf(Text(200, 1), least=1)),
            "Name of each new split: what it is made of, written <name> or <name>.<split>.",
        )
    },
)
def combine(*, splits: Mapping[str, Dataset | Splits], parts: Mapping[str, list[str]]) -> Splits:
    """Several splits in one, one after the other."""
    from analysis.learning.data.dataset import Splits
    from analysis.learning.data.iterators.arranging import combined

    return Splits({name: combined([_part(splits, source) for source in made_of]) for name, made_of in parts.items()})


def _part(splits: Mapping[str, Dataset | Splits], source: str) -> Dataset:
    name, _, split = source.partition(".")
    if name not in splits:
        raise ValueError(f"There is nothing called {name} to combine; there are {', '.join(splits)}.")
    given = _splits(splits[name])
    return given[split or ("all" if len(given) != 1 else next(iter(given)))]
