"""LIME for texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.explainers.attribution.coalitions import Masks
from analysis.explainers.attribution.surrogate import (
    FIDELITY,
    MASKS_TRIED,
    cosine_distances,
    imitation,
    kernel,
    masks_of,
)
from analysis.explainers.bodies import Token, Tokens
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs, NoExplanation
from analysis.explainers.saying import explained, predicted
from analysis.explainers.subjects import Background, Modality, Model, Sample
from analysis.explainers.words import Explanation
from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
USUAL_WIDTH = 0.25


@EXPLAINERS.register
@dataclass(frozen=True)
class LimeText(Explainer):
    """LIME for texts.

    Leaves words out, asks the model, and fits a linear model that counts texts with most words in place more. A weight
    says what the word adds to the prediction. With at most 10 words every combination is tried, nothing is drawn and
    nothing is shrunk: a model that adds up words is recovered exactly.
    """

    name: ClassVar[str] = "lime_text"
    example: ClassVar[JsonObject] = {"type": "lime_text", "samples": 200}
    needs: ClassVar[Needs] = Needs(modalities=frozenset({Modality.TEXT}), background=False)
    makes: ClassVar[frozenset[str]] = frozenset({"tokens"})
    is_random: ClassVar[bool] = True

    features: int = takes(Whole(1, 1000), "Words that get a weight, at most; the others get 0.", 10)
    samples: int = takes(Whole(10, 100_000), "Texts that the model is asked about, where not all can be tried.", 1000)
    masks: str = takes(OneOf("words", "places"), "Whether a word is left out everywhere or place by place.", "words")
    alpha: float = takes(Real(0), "How much weights are shrunk (ridge), where not all texts are tried.", 1.0)
    width: float = takes(Real(0, above=True), "Width of the kernel, in cosine distance.", USUAL_WIDTH)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            text = str(sample)
            spans = words_of(text)
            groups = self._groups([text[start:end] for start, end in spans])
            masks = masks_of(max(groups) + 1, self.samples, generator(seed, self.name))
            texts = tuple(_left(text, spans, mask[groups]) for mask in masks)
            outputs = model.outputs(texts)[:, explained(model, sample, target)]
            alpha = self.alpha if masks.shape[1] > MASKS_TRIED else 0.0
            counts = kernel(cosine_distances(masks), self.width)
            found = imitation(masks.astype(float), outputs, counts, alpha=alpha, most=self.features)
            tokens = tuple(
                Token(text=text[start:end], start=start, end=end, weight=float(found.weights[group]))
                for (start, end), group in zip(spans, groups, strict=True)
            )
            return Explanation(
                method=self.name,
                body=Tokens(text=text, tokens=tokens, base=found.intercept),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                seed=seed,
                fidelity=found.fidelity,
                fidelity_name=FIDELITY,
            )

        return explain

    def _groups(self, words: Sequence[str]) -> list[int]:
        """Which words go together: those spelt alike, or each alone."""
        if self.masks == "places":
            return list(range(len(words)))
        first = {word: place for place, word in enumerate(dict.fromkeys(words))}
        return [first[word] for word in words]


def words_of(text: str) -> list[tuple[int, int]]:
    """Where each word starts and ends, in characters. NoExplanation for a text without words."""
    spans = [found.span() for found in WORD.finditer(text)]
    if not spans:
        raise NoExplanation(f"There is no word in the text “{text[:40]}”, so no word can be left out.")
    return spans


def _left(text: str, spans: Sequence[tuple[int, int]], stays: Masks) -> str:
    """The text without the words that do not stay; what is between words stays."""
    pieces, at = [], 0
    for (start, end), kept in zip(spans, stays, strict=True):
        pieces.append(text[at:end] if kept else text[at:start])
        at = end
    return "".join([*pieces, text[at:]])
