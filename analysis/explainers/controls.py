"""What every study of explanations is compared with: no explanation at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.explainers.bodies import Nothing
from analysis.explainers.kinds import EVERY_MODALITY, EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import predicted
from analysis.explainers.subjects import Background, Model, Sample
from analysis.explainers.words import Explanation
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class NoExplainer(Explainer):
    """No explanation.

    The control that every study of explanations needs: people see the prediction alone.
    """

    name: ClassVar[str] = "none"
    example: ClassVar[JsonObject] = {"type": "none"}
    needs: ClassVar[Needs] = Needs(modalities=EVERY_MODALITY, background=False)
    makes: ClassVar[frozenset[str]] = frozenset({"nothing"})

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            return Explanation(method=self.name, body=Nothing(), prediction=predicted(model, sample, target))

        return explain
