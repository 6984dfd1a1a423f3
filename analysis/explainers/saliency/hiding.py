"""Saliency from what changes when parts are hidden: for models that one can only ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saliency.parts import AT_ONCE, BASELINE, BASELINES, SEEN, answers, baseline_of, batches, shown
from analysis.explainers.saying import explained, predicted
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import told
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class Occlusion(Explainer):
    """How far the prediction falls when a part is hidden.

    A square slides over the image; a pixel's weight is the mean of f(x) - f(x with the square hidden) over the squares
    that cover it (Zeiler and Fergus 2014). Of a table, one column after the other is hidden. Parts that stand in for
    each other seem not to matter: hiding one leaves the other.
    """

    name: ClassVar[str] = "occlusion"
    example: ClassVar[JsonObject] = {"type": "occlusion", "patch": 2, "stride": 1, "baseline": "mean"}
    needs: ClassVar[Needs] = Needs(modalities=SEEN)
    makes: ClassVar[frozenset[str]] = frozenset({"saliency", "attribution"})

    patch: int = takes(Whole(1, 64), "Side of the square that is hidden, in pixels.", 2)
    stride: int = takes(Whole(1, 64), "How far the square moves, in pixels; at most its side.", 1)
    baseline: str = takes(BASELINES, BASELINE, "mean")

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        base = baseline_of(background, self.baseline)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, place = np.asarray(sample, dtype=float), explained(model, sample, target)
            weights = occluded(model, row, base, windows(row.shape, self.patch, min(self.stride, self.patch)), place)
            return Explanation(
                method=self.name,
                body=shown(row, weights, background),
                prediction=predicted(model, sample, target),
                parameters=told(self),
                background=background.digest(),
            )

        return explain


def windows(shape: tuple[int, ...], patch: int, stride: int) -> Reals:
    """One mask for each square, 1 where it hides; the last ones end at the edge. Of a row: one for each column."""
    if len(shape) == 1:
        return np.eye(shape[0])
    masks = []
    for top, left in product(*(_starts(side, patch, stride) for side in shape[:2])):
        mask = np.zeros(shape)
        mask[top : top + patch, left : left + patch] = 1
        masks.append(mask)
    return np.array(masks)


def _starts(side: int, patch: int, stride: int) -> list[int]:
    last = max(side - patch, 0)
    return sorted({*range(0, last + 1, stride), last})


def occluded(model: Model, row: Reals, base: Reals, masks: Reals, place: int) -> Reals:
    """For each part the mean fall of the output over the masks that hide it, shared out over a pixel's channels."""
    full = float(model.outputs(row[np.newaxis])[0, place])
    falls = full - answers(model, (row * (1 - some) + base * some for some in batches(masks)), place)
    mean = np.tensordot(falls, masks, axes=1) / masks.sum(axis=0)
    return np.asarray(mean / (row.shape[2] if row.ndim == 3 else 1))


@EXPLAINERS.register
@dataclass(frozen=True)
class Rise(Explainer):
    """The mean prediction over random masks that leave a part in sight.

    S = sum of f(x under the mask) mask / (n p) over n masks of coarse cells, each in sight with chance p, enlarged
    smoothly and shifted at random (Petsiuk et al. 2018). Differences of the weights matter, not their height. The
    picture is grainy where masks are few: its error falls with the root of their number.
    """

    name: ClassVar[str] = "rise"
    example: ClassVar[JsonObject] = {"type": "rise", "masks": 400, "cells": 4, "visible": 0.5, "baseline": "zero"}
    needs: ClassVar[Needs] = Needs(modalities=SEEN)
    makes: ClassVar[frozenset[str]] = frozenset({"saliency", "attribution"})
    is_random: ClassVar[bool] = True

    masks: int = takes(Whole(1, 100_000), "How many masks.", 1000)
    cells: int = takes(Whole(1, 64), "Cells along each side of the image; a table's columns are its cells.", 7)
    visible: float = takes(Real(0.01, 0.99), "Chance that a cell is in sight.", 0.5)
    baseline: str = takes(BASELINES, BASELINE, "zero")

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        base = baseline_of(background, self.baseline)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, place = np.asarray(sample, dtype=float), explained(model, sample, target)
            return Explanation(
                method=self.name,
                body=shown(row, self.weights(model, row, base, place, seed), background),
                prediction=predicted(model, sample, target),
                parameters=told(self),
                seed=seed,
                background=background.digest(),
            )

        return explain

    def weights(self, model: Model, row: Reals, base: Reals, place: int, seed: int) -> Reals:
        """Of the row's shape; of an image every channel carries its share."""
        total = np.zeros(row.shape[:2])
        for masks in self._drawn(row.shape[:2], np.random.default_rng(seed)):
            wide = masks[..., np.newaxis] if row.ndim == 3 else masks
            seen = answers(model, iter([row * wide + base * (1 - wide)]), place)
            total += np.tensordot(seen, masks, axes=1)
        mean = total / (self.masks * self.visible)
        return np.repeat(mean[..., np.newaxis], row.shape[2], axis=2) / row.shape[2] if row.ndim == 3 else mean

    def _drawn(self, shape: tuple[int, ...], rng: np.random.Generator) -> Iterator[Reals]:
        for start in range(0, self.masks, AT_ONCE):
            n = min(AT_ONCE, self.masks - start)
            if len(shape) == 1:
                yield (rng.random((n, *shape)) < self.visible).astype(float)
            else:
                yield smooth_masks(rng, n, (shape[0], shape[1]), self.cells, self.visible)


def smooth_masks(rng: np.random.Generator, n: int, shape: tuple[int, int], cells: int, visible: float) -> Reals:
    """n masks of values from 0 to 1, shape (n, height, width): cells drawn, joined bilinearly, shifted by up to one."""
    coarse = (rng.random((n, cells + 2, cells + 2)) < visible).astype(float)
    rows, columns = (
        rng.random((n, 1)) + np.arange(side) * (cells / side) for side in shape
    )  # where each pixel lies among the cells
    top, left = rows.astype(int), columns.astype(int)
    down, right = (rows - top)[:, :, np.newaxis], (columns - left)[:, np.newaxis, :]
    each, across, along = np.arange(n)[:, np.newaxis, np.newaxis], top[:, :, np.newaxis], left[:, np.newaxis, :]
    upper = coarse[each, across, along] * (1 - right) + coarse[each, across, along + 1] * right
    lower = coarse[each, across + 1, along] * (1 - right) + coarse[each, across + 1, along + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)
