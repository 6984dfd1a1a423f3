"""Explanations that say nothing and look as if they did: the control that real ones must beat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

import numpy as np
from msgspec.structs import replace as with_fields

from analysis.explainers.attribution.lime_image import grid
from analysis.explainers.attribution.lime_text import words_of
from analysis.explainers.bodies import AnyBody, Attribution, Saliency, Token, Tokens
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import predicted, row_of, weighed
from analysis.explainers.subjects import Background, Modality, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Real
from analysis.learning.components.containers import Nullable
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

PATCH = 4
ROUNDING = 1e-12
FORMS = frozenset({"attribution", "tokens", "saliency"})


@EXPLAINERS.register
@dataclass(frozen=True)
class Placebo(Explainer):
    """Placebo: random attributions.

    Weights whose sizes are drawn from a Dirichlet distribution and whose signs are tossed, anew for each sample. With a
    twin they take its layout: as many weights that are not 0, in the same unit, and where the twin adds up, from the
    same base to the same sum, so that no one can tell by the look which of the two is real. Without, they are shares
    that add up to 1 in size.
    """

    name: ClassVar[str] = "placebo"
    example: ClassVar[JsonObject] = {"type": "placebo", "concentration": 1.0}
    needs: ClassVar[Needs] = Needs(
        modalities=frozenset({Modality.TABULAR, Modality.TEXT, Modality.IMAGE}), background=False
    )
    makes: ClassVar[frozenset[str]] = FORMS
    is_random: ClassVar[bool] = True

    twin: Explainer | None = takes(Nullable(EXPLAINERS.inside), "The explainer whose layout it takes.", None)
    concentration: float = takes(
        Real(0.01, 1000), "Of the Dirichlet distribution: the higher, the more alike the sizes.", 1.0
    )

    def refusals(self, model: Model, background: Background) -> Iterable[str]:
        yield from super().refusals(model, background)
        if self.twin is not None:
            yield from (f"Its twin {self.twin.name}: {each}" for each in self.twin.refusals(model, background))
            if not self.twin.makes <= FORMS:
                yield f"Its twin must give weights, and {self.twin.name} gives {', '.join(sorted(self.twin.makes))}."

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        real = self.twin.fit(model, background, seed=seed) if self.twin else None

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            rng = generator(seed, self.name, _mark(sample))
            blank = real(sample, target) if real else Explanation(method="", body=_layout(sample, background))
            return Explanation(
                method=self.name,
                body=_drawn(blank.body, self.concentration, rng),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                value_function=blank.value_function,
                seed=seed,
                background=blank.background,
            )

        return explain


def _mark(sample: Sample) -> str:
    """What the draw of a sample hangs from, so that it does not depend on the samples before."""
    spelt = sample.encode() if isinstance(sample, str) else np.ascontiguousarray(sample, dtype="<f8").tobytes()
    return sha256(spelt).hexdigest()


def _layout(sample: Sample, background: Background) -> AnyBody:
    """Where weights stand if there is no twin; their sizes add up to 1."""
    if isinstance(sample, str):
        spans = words_of(sample)
        even = 1.0 / len({sample[start:end] for start, end in spans})
        tokens = tuple(Token(text=sample[start:end], start=start, end=end, weight=even) for start, end in spans)
        return Tokens(text=sample, tokens=tokens)
    row = row_of(sample)
    if row.ndim == 1:
        features = columns_of(background) if len(background) else columns_of(Background(row[np.newaxis]))
        return Attribution(weights=weighed(features, row, np.full(len(row), 1.0 / len(row))))
    height, width = row.shape[:2]
    squares = 1.0 + grid(height, width, PATCH)  # differ, so that they are told apart
    return Saliency(height=height, width=width, values=tuple((squares / np.unique(squares).sum()).reshape(-1).tolist()))


def _drawn(body: AnyBody, concentration: float, rng: np.random.Generator) -> AnyBody:
    """The same with other weights. What is alike in the layout (a word, a square) stays alike."""
    if isinstance(body, Attribution):
        real = np.array([weight.weight for weight in body.weights])
        errors = rng.permutation(len(real))
        drawn = _weights(real, concentration, rng, keeps_sum=body.is_additive)
        weights = tuple(
            with_fields(weight, weight=float(value), error=body.weights[other].error)
            for weight, value, other in zip(body.weights, drawn, errors, strict=True)
        )
        return with_fields(body, weights=weights)
    if isinstance(body, Tokens):
        words = dict.fromkeys((token.text, token.weight) for token in body.tokens)
        sizes = _weights(np.array([weight for _, weight in words]), concentration, rng)
        new = dict(zip(words, sizes.tolist(), strict=True))
        return with_fields(body, tokens=tuple(with_fields(t, weight=new[t.text, t.weight]) for t in body.tokens))
    if isinstance(body, Saliency):
        return with_fields(body, values=_pixels(body, concentration, rng))
    raise TypeError(f"A placebo has weights; a body of the form {body.form} has none.")


def _pixels(body: Saliency, concentration: float, rng: np.random.Generator) -> tuple[float, ...]:
    """As coarse as the real ones: drawn for squares as large as those on which the real map is even."""
    real = np.array(body.values).reshape(body.height, body.width)
    squares = grid(body.height, body.width, _evenness(real))
    first = np.unique(squares, return_index=True)[1]
    drawn = _weights(real.reshape(-1)[first], concentration, rng)
    return tuple(float(value) for value in drawn[squares].reshape(-1))


def _evenness(real: Reals) -> int:
    """Side of the largest squares of a grid on each of which all pixels are alike; 1 for a map that is even."""
    if np.ptp(real) == 0:
        return 1
    for side in range(min(real.shape), 1, -1):
        rows, columns = np.arange(real.shape[0]) // side * side, np.arange(real.shape[1]) // side * side
        if np.array_equal(real[np.ix_(rows, columns)], real):
            return side
    return 1


def _weights(real: Reals, concentration: float, rng: np.random.Generator, *, keeps_sum: bool = False) -> Reals:
    """As many that are not 0, of the same total size, at random places; keeps_sum: and of the same sum, which settles
    how much of the size is positive.
    """
    drawn, real = np.zeros(len(real)), np.where(np.abs(real) > ROUNDING * np.abs(real).max(initial=0.0), real, 0.0)
    places = rng.permutation(len(real))[: np.count_nonzero(real)]
    if not len(places):
        return drawn
    shares, signs = rng.dirichlet(np.full(len(places), concentration)), rng.choice((-1.0, 1.0), len(places))
    if not keeps_sum:
        drawn[places] = shares * signs * np.abs(real).sum()
        return drawn
    totals = {sign: float(np.abs(real[np.sign(real) == sign]).sum()) for sign in (-1.0, 1.0)}
    signs = _signs_for(totals, signs)
    for sign, total in totals.items():
        of_sign = signs == sign
        if of_sign.any():
            drawn[places[of_sign]] = sign * total * shares[of_sign] / shares[of_sign].sum()
    return drawn


def _signs_for(totals: dict[float, float], signs: Reals) -> Reals:
    """Tossed signs, but at least one for each side that has a total, and none for a side that has not."""
    for sign, total in totals.items():
        if not total:
            return np.full(len(signs), -sign)
    if (signs == signs[0]).all():
        signs[-1] = -signs[0]
    return signs
