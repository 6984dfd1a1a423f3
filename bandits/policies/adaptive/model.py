"""A regression's sufficient statistics: the precision matrix and the moment (or, for logistic, the mode)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bandits.policies.errors import PolicyError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Model:
    """``n`` rewards on ``d`` features.

    precision: (d, d), the prior's plus the data's. moment: (d,), the sum of reward times features for linear models,
    the mode of the coefficients for logistic ones. Treat both as read-only.
    """

    n: int
    precision: "Array"
    moment: "Array"

    @classmethod
    def prior(cls, dimension: int, l2: float) -> "Model":
        """Nothing seen: the precision is ``l2`` times the identity, so an untried direction has variance 1 / l2."""
        import numpy as np

        return cls(0, l2 * np.eye(dimension), np.zeros(dimension))

    @cached_property
    def covariance(self) -> "Array":
        """The inverse of the precision, symmetrical."""
        import numpy as np

        inverse = np.linalg.inv(self.precision)
        return np.asarray((inverse + inverse.T) / 2, dtype=np.float64)

    @cached_property
    def ridge(self) -> "Array":
        """The coefficients of the linear model."""
        return self.covariance @ self.moment

    def to_json(self) -> dict[str, object]:
        """The model as JSON: the lower triangle of the precision, row by row."""
        lower = [row[: i + 1] for i, row in enumerate(self.precision.tolist())]
        return {"n": self.n, "precision": lower, "moment": self.moment.tolist()}

    @classmethod
    def parse(cls, name: str, stored: object) -> "Model":
        """What ``to_json`` gave. PolicyError if it is not that."""
        import numpy as np

        if not isinstance(stored, Mapping) or not {"n", "precision", "moment"} <= stored.keys():
            raise PolicyError.wrong(f"state.models.{name}", "a model", stored)
        moment = np.array(stored["moment"], dtype=float)
        rows = [list(row) for row in stored["precision"]]
        if moment.shape != (len(rows),) or [len(row) for row in rows] != list(range(1, len(rows) + 1)):
            raise PolicyError.wrong(f"state.models.{name}", "a lower triangle and a moment of one size", stored)
        precision = np.zeros((len(rows), len(rows)))
        for i, row in enumerate(rows):
            precision[i, : i + 1] = row
            precision[: i + 1, i] = row
        if not (np.isfinite(precision).all() and np.isfinite(moment).all()):
            raise PolicyError.wrong(f"state.models.{name}", "made of finite numbers", "NaN")
        return cls(int(stored["n"]), precision, moment)
