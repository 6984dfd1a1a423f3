"""Ways to a feasible theta with a low objective. They see nothing of the data but `terms.Problem`.

    from analysis.safety.optimisers import OPTIMISERS

    optimiser = OPTIMISERS.parse({"type": "sqp", "restarts": 3})
    candidate = optimiser.select(problem, start, rng=rng, watch=lambda iteration, of, look: None)

To add one: a file with a dataclass like `sqp.Sqp`, one line below; tests/contracts holds it to what all promise.
"""

from analysis.safety.optimisers.adam import Adam
from analysis.safety.optimisers.augmented import AugmentedLagrangian
from analysis.safety.optimisers.auto import Auto
from analysis.safety.optimisers.barrier import Bfgs, ConjugateGradient, NelderMead, Powell
from analysis.safety.optimisers.cma_es import CmaEs
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.optimisers.sqp import Sqp

__all__ = [
    "OPTIMISERS",
    "Adam",
    "AugmentedLagrangian",
    "Auto",
    "Bfgs",
    "CmaEs",
    "ConjugateGradient",
    "Method",
    "NelderMead",
    "Powell",
    "Sqp",
]
