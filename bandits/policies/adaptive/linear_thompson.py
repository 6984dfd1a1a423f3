"""Thompson sampling of a linear model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.statistics.bayes.best import among_twins
from analysis.statistics.bayes.largest import best_normal
from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.linear import ContextualPolicy, spread_of
from bandits.policies.adaptive.model import Model
from bandits.policies.adaptive.propensities import MONTE_CARLO, QUADRATURE, Propensities, even
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real, Whole
from experiments.chance import Stream

if TYPE_CHECKING:
    from bandits.policies.adaptive.model import Array


@dataclass(frozen=True)
class LinearThompson(ContextualPolicy):
    """Coefficients ~ N(theta, v^2 A^-1): Agrawal and Goyal (2013).

    Disjoint: for a given context the arms' scores are independent normals, so the chance of each to be the highest is
    an integral. Shared: the scores hang together, and the chances are the shares of ``draws`` drawn coefficients.
    """

    name: ClassVar[str] = "linear_thompson"
    example: ClassVar[Mapping[str, object]] = {"policy": "linear_thompson", "dimension": 3, "v": 0.5}
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **ContextualPolicy.parameters,
        "v": Real(1e-6, 1_000),
        "draws": Whole(100, 1_000_000),
    }

    v: float = 0.5
    draws: int = 4_096

    def centre(self, model: Model) -> "Array":
        """The posterior's centre."""
        return model.ridge

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        pairs = list(self.of(state, names, context))
        if self.model == "shared":
            return self._drawn(state, names, pairs)
        means = [float(x @ self.centre(model)) for x, model in pairs]
        deviations = [self.v * spread_of(x, model) ** 0.5 for x, model in pairs]
        posteriors = list(zip(means, deviations, strict=True))
        if len(set(posteriors)) == 1:
            return even(names, names)
        chances, error = best_normal(means, deviations)
        return Propensities(dict(zip(names, among_twins(posteriors, chances), strict=True)), QUADRATURE, error)

    def _drawn(self, state: State, names: Sequence[ArmName], pairs: "Sequence[tuple[Array, Model]]") -> Propensities:
        import numpy as np

        model = pairs[0][1]
        features = np.array([x for x, _ in pairs])
        root = np.linalg.cholesky(model.covariance)
        away = normals(Stream(0, self.name, state.folded).word(), (self.draws, self.dimension))
        scores = (self.centre(model) + self.v * away @ root.T) @ features.T
        top = scores == scores.max(axis=1, keepdims=True)
        chances = (top / top.sum(axis=1, keepdims=True)).mean(axis=0)
        error = float(np.sqrt(chances * (1 - chances) / self.draws).max())
        return Propensities(dict(zip(names, chances.tolist(), strict=True)), MONTE_CARLO, error, self.draws)


def normals(seed: int, shape: tuple[int, int]) -> "Array":
    """Standard normals by inversion of Philox's raw words, which numpy promises never to change."""
    import numpy as np
    from scipy.special import ndtri

    words = np.random.Philox(key=seed).random_raw(shape[0] * shape[1])
    drawn: Array = ndtri(((words >> np.uint64(11)).astype(float) + 0.5) / 2**53)
    return drawn.reshape(shape)
