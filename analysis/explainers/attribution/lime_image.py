"""LIME for images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.attribution.coalitions import Masks
from analysis.explainers.attribution.surrogate import (
    FIDELITY,
    MASKS_TRIED,
    cosine_distances,
    imitation,
    kernel,
    masks_of,
)
from analysis.explainers.bodies import Saliency
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs, NoExplanation
from analysis.explainers.saying import explained, predicted, row_of
from analysis.explainers.subjects import Background, Modality, Model, Reals, Sample
from analysis.explainers.words import Explanation
from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

USUAL_WIDTH = 0.25
MOST_SQUARES = 1024
AT_ONCE = 4_000_000  # numbers in one batch


@EXPLAINERS.register
@dataclass(frozen=True)
class LimeImage(Explainer):
    """LIME for images.

    Hides squares of a regular grid, asks the model, and fits a linear model that counts images with most squares in
    place more. Every pixel of a square has its weight: what showing it adds to the prediction. With at most 10 squares
    every combination is tried, and nothing is shrunk.
    """

    name: ClassVar[str] = "lime_image"
    example: ClassVar[JsonObject] = {"type": "lime_image", "patch": 4, "samples": 100}
    needs: ClassVar[Needs] = Needs(modalities=frozenset({Modality.IMAGE}), background=False)
    makes: ClassVar[frozenset[str]] = frozenset({"saliency"})
    is_random: ClassVar[bool] = True

    patch: int = takes(Whole(1, 512), "Side of the squares that are hidden, in pixels.", 4)
    samples: int = takes(Whole(10, 100_000), "Images that the model is asked about, where not all can be tried.", 1000)
    baseline: str = takes(
        OneOf("mean", "zero"), "What a hidden square shows: the image's mean colour, or zeros.", "mean"
    )
    alpha: float = takes(Real(0), "How much weights are shrunk (ridge), where not all images are tried.", 1.0)
    width: float = takes(Real(0, above=True), "Width of the kernel, in cosine distance.", USUAL_WIDTH)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            image = row_of(sample)
            squares = grid(image.shape[0], image.shape[1], self.patch)
            if squares.max() >= MOST_SQUARES:
                raise NoExplanation(
                    f"{squares.max() + 1} squares are too many to weigh: choose a patch above {self.patch}."
                )
            masks = masks_of(int(squares.max()) + 1, self.samples, generator(seed, self.name))
            outputs = self._outputs(model, image, masks, squares)[:, explained(model, sample, target)]
            alpha = self.alpha if masks.shape[1] > MASKS_TRIED else 0.0
            counts = kernel(cosine_distances(masks), self.width)
            found = imitation(masks.astype(float), outputs, counts, alpha=alpha, most=masks.shape[1])
            height, width = squares.shape
            values = tuple(float(weight) for weight in found.weights[squares].reshape(-1))
            return Explanation(
                method=self.name,
                body=Saliency(height=height, width=width, values=values, base=found.intercept),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                seed=seed,
                fidelity=found.fidelity,
                fidelity_name=FIDELITY,
            )

        return explain

    def _outputs(self, model: Model, image: Reals, masks: Masks, squares: NDArray[np.intp]) -> Reals:
        """masks: shape (n, number of squares). Result: shape (n, k)."""
        hidden = image.mean(axis=(0, 1)) if self.baseline == "mean" else np.zeros_like(image[0, 0])
        at_once, parts = max(1, AT_ONCE // image.size), []
        for start in range(0, len(masks), at_once):
            shown = masks[start : start + at_once][:, squares]
            parts.append(model.outputs(np.where(shown.reshape(*shown.shape, *(1,) * (image.ndim - 2)), image, hidden)))
        return np.concatenate(parts)


def grid(height: int, width: int, side: int) -> NDArray[np.intp]:
    """The number of each pixel's square, row by row, shape (height, width); squares at the edge may be smaller."""
    across = -(-width // side)
    return np.asarray(np.arange(height)[:, np.newaxis] // side * across + np.arange(width) // side)
