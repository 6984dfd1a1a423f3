"""Saliency from the model's own gradients."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saliency.parts import BASELINE, BASELINES, SEEN, baseline_of, batches, shown, spread_of
from analysis.explainers.saying import explained, predicted
from analysis.explainers.subjects import Background, Capability, Model, Reals, Sample, WithGradients
from analysis.explainers.telling import finite, told
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

CLOSE = 0.99  # below which a sum of integrated gradients is warned of


@dataclass(frozen=True)
class Slopes(Explainer):
    """A method that needs gradients."""

    needs: ClassVar[Needs] = Needs(modalities=SEEN, capabilities=frozenset({Capability.GRADIENTS}), background=False)
    makes: ClassVar[frozenset[str]] = frozenset({"saliency", "attribution"})

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = np.asarray(sample, dtype=float)
            said = self.said(_Slope(model, explained(model, sample, target)), row, background, seed)
            return Explanation(
                method=self.name,
                body=shown(row, said.weights, background, said.base),
                prediction=predicted(model, sample, target),
                parameters=told(self),
                seed=seed if self.is_random else None,
                background=background.digest() if self.needs.background else "",
                fidelity=said.fidelity,
                fidelity_name="" if said.fidelity is None else "completeness",
                warnings=said.warnings,
            )

        return explain

    @abstractmethod
    def said(self, slope: _Slope, row: Reals, background: Background, seed: int) -> _Said:
        """Weights of the row's shape, and what is to be said of them."""


@dataclass(frozen=True, slots=True)
class _Slope:
    """The gradient of one output."""

    model: Model
    place: int

    def __call__(self, samples: Reals) -> Reals:
        model = cast(WithGradients, self.model)
        return finite(np.concatenate([model.gradients(batch, self.place) for batch in batches(samples)]))

    def value(self, sample: Reals) -> float:
        return float(self.model.outputs(sample[np.newaxis])[0, self.place])


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    weights: Reals
    base: float | None = None
    fidelity: float | None = None
    warnings: tuple[str, ...] = ()


@EXPLAINERS.register
@dataclass(frozen=True)
class Gradient(Slopes):
    """How the prediction moves with each pixel or column, per unit of it.

    The slope at the sample alone (Simonyan et al. 2014). Where the model has levelled off it is 0, though the part
    matters: then integrated gradients say more.
    """

    name: ClassVar[str] = "gradient"
    example: ClassVar[JsonObject] = {"type": "gradient"}

    def said(self, slope: _Slope, row: Reals, background: Background, seed: int) -> _Said:
        return _Said(slope(row[np.newaxis])[0])


@EXPLAINERS.register
@dataclass(frozen=True)
class GradientTimesInput(Slopes):
    """The slope at each pixel or column, times its value.

    Of a linear model: what each part adds to the score, seen from 0 (Shrikumar et al. 2016).
    """

    name: ClassVar[str] = "gradient_times_input"
    example: ClassVar[JsonObject] = {"type": "gradient_times_input"}

    def said(self, slope: _Slope, row: Reals, background: Background, seed: int) -> _Said:
        return _Said(slope(row[np.newaxis])[0] * row)


@EXPLAINERS.register
@dataclass(frozen=True)
class SmoothGrad(Slopes):
    """The mean slope at copies of the sample with a little noise.

    Slopes of deep networks change from one pixel to the next; their mean over normal noise changes less (Smilkov et
    al. 2017).
    """

    name: ClassVar[str] = "smoothgrad"
    example: ClassVar[JsonObject] = {"type": "smoothgrad", "draws": 50, "noise": 0.15}
    needs: ClassVar[Needs] = Needs(modalities=SEEN, capabilities=frozenset({Capability.GRADIENTS}))
    is_random: ClassVar[bool] = True

    draws: int = takes(Whole(1, 10_000), "Noisy copies.", 50)
    noise: float = takes(
        Real(0, 10), "Standard deviation of the noise, as a share of the pixels' range or the column's deviation.", 0.15
    )

    def said(self, slope: _Slope, row: Reals, background: Background, seed: int) -> _Said:
        noise = np.random.default_rng(seed).normal(size=(self.draws, *row.shape))
        return _Said(slope(row + noise * self.noise * spread_of(background, slope.model.modality)).mean(axis=0))


@EXPLAINERS.register
@dataclass(frozen=True)
class IntegratedGradients(Slopes):
    """What each pixel or column adds on the straight way from a baseline to the sample.

    (x - b) times the mean gradient at b + (i - 1/2) / steps (x - b), the midpoint rule (Sundararajan et al. 2017). The
    weights add up to f(x) - f(b) but for the gap of the sum, which the fidelity tells: 1 - |gap| / |f(x) - f(b)|.
    """

    name: ClassVar[str] = "integrated_gradients"
    example: ClassVar[JsonObject] = {"type": "integrated_gradients", "steps": 50, "baseline": "mean"}
    needs: ClassVar[Needs] = Needs(modalities=SEEN, capabilities=frozenset({Capability.GRADIENTS}))

    steps: int = takes(Whole(1, 10_000), "Points on the way.", 50)
    baseline: str = takes(BASELINES, BASELINE, "mean")

    def said(self, slope: _Slope, row: Reals, background: Background, seed: int) -> _Said:
        base = baseline_of(background, self.baseline)
        weights = integrated(slope, row, base, self.steps)
        start, change = slope.value(base), slope.value(row) - slope.value(base)
        gap = float(weights.sum()) - change
        fits = 1 - abs(gap) / abs(change) if change else float(gap == 0)
        warnings = (f"The weights add up to {weights.sum():.4g}, not to the {change:.4g} that they explain.",)
        return _Said(weights, base=start, fidelity=fits, warnings=warnings if fits < CLOSE else ())


def integrated(slope: Callable[[Reals], Reals], row: Reals, base: Reals, steps: int) -> Reals:
    """(row - base) times the mean of ``slope`` at the middles of ``steps`` equal pieces of the way between them."""
    middles = ((np.arange(steps) + 0.5) / steps).reshape(-1, *[1] * row.ndim)
    return np.asarray((row - base) * slope(base + middles * (row - base)).mean(axis=0))
