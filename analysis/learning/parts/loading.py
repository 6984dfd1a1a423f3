"""Samplers, collators, and the loaders that deal out batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import (
    Flag,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Requirement,
    Text,
    Whole,
    component,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.learning.data.collators import Collator
    from analysis.learning.data.dataset import Splits
    from analysis.learning.data.loading import Loader
    from analysis.learning.data.samplers import Sampler


@component("sampler", "sequential")
def sequential() -> Sampler:
    """Every row once, as they stand."""
    from analysis.learning.data.samplers import Sequential

    return Sequential()


@component("sampler", "random", injects=("seed",))
def random(*, seed: int) -> Sampler:
    """Every row once, in a new order every epoch."""
    from analysis.learning.data.samplers import Random

    return Random(seed)


@component(
    "sampler",
    "weighted",
    parameters={"draws": Parameter(Nullable(Whole(1)), "Rows of an epoch; null: as many as there are.", default=None)},
    injects=("seed",),
)
def weighted(*, draws: int | None, seed: int) -> Sampler:
    """Rows drawn so that every class is met equally often.

    With replacement: rows of a rare class come several times, others not at all.
    """
    from analysis.learning.data.samplers import Weighted

    return Weighted(seed, draws)


@component("collator", "stack")
def stack() -> Collator:
    """Samples of one shape, put on top of each other."""
    from analysis.learning.data.collators import stacked

    return stacked


@component(
    "collator",
    "flatten",
    parameters={"dtype": Parameter(OneOf("float64", "float32"), "Of the numbers.", default="float64")},
)
def flatten(*, dtype: str) -> Collator:
    """Each sample as one row of numbers."""
    from analysis.learning.data.collators import Flattened

    return Flattened(dtype)


@component(
    "collator",
    "pad",
    parameters={
        "fill": Parameter(Real(), "What stands after the end of a shorter one.", default=0.0),
        "longest": Parameter(Nullable(Whole(1)), "Longer ones are cut off; null: never.", default=None),
    },
)
def pad(*, fill: float, longest: int | None) -> Collator:
    """Sequences of any length, filled up to the longest of the batch."""
    from analysis.learning.data.collators import Padded

    return Padded(fill, longest)


@component(
    "loaders",
    "batches",
    requires={
        "splits": Requirement("splits", "What is dealt out."),
        "sampler": Requirement("sampler", "The order of the training split.", optional=True),
        "collator": Requirement("collator", "What becomes of the rows of a batch.", optional=True),
    },
    parameters={
        "size": Parameter(Whole(1, 1_000_000), "Rows of a batch.", default=32),
        "drop_last": Parameter(Flag(), "Leave out a pass's last batch if it is short (training only).", default=False),
        "per_epoch": Parameter(
            Nullable(Whole(1)),
            "Batches of a training epoch; null: one pass. A short epoch goes on where the last ended.",
            default=None,
        ),
        "train": Parameter(Text(100, 1), "The split that is trained on.", default="train"),
    },
    injects=("seed",),
)
def batches(
    *,
    splits: Splits,
    sampler: Sampler | None,
    collator: Collator | None,
    size: int,
    drop_last: bool,
    per_epoch: int | None,
    train: str,
    seed: int,
) -> Mapping[str, Loader]:
    """Batches of every split.

    The training split in a new random order every epoch, unless a sampler says otherwise; the others as they stand.
    Evaluation always meets every row once.
    """
    from analysis.learning.data.collators import stacked
    from analysis.learning.data.loading import Loader
    from analysis.learning.data.samplers import Random

    collate = collator or stacked
    loaders = {name: Loader(part, size, collate=collate) for name, part in splits.items()}
    order = sampler or Random(seed)
    return {**loaders, train: Loader(splits[train], size, order, collate, drop_last, per_epoch)}
