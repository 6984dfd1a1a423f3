"""What all estimators of Shapley values for any model have in common: the game they play and what they say of it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from analysis.explainers.attribution.coalitions import Game
from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of, weighed
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation


class Shared(NamedTuple):
    """base: worth of knowing nothing. values: shape (M,), they sum up to prediction - base. errors: standard errors,
    None where nothing was drawn.
    """

    base: float
    values: Reals
    errors: Reals | None = None


@dataclass(frozen=True)
class Shapley(Explainer):
    """Shares out what the model says of the sample above what it says on average."""

    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})

    @abstractmethod
    def shared(self, game: Game, seed: int) -> Shared:
        """The game's worth, shared out. Equal games and seeds give equal shares."""

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, digest = columns_of(background), background.digest()

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = row_of(sample)
            shared = self.shared(Game(model, row, background.rows, explained(model, sample, target)), seed)
            weights = weighed(features, row, shared.values, shared.errors)
            return Explanation(
                method=self.name,
                body=Attribution(weights=weights, base=shared.base, is_additive=True),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                value_function="interventional",
                seed=seed if self.is_random else None,
                background=digest,
            )

        return explain
