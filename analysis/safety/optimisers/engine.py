"""The Seldonian Engine's settings of a search, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.safety.optimisers.method import OPTIMISERS, Method
from experiments.types import Json

BARRIERS: Final = {
    "Powell": "powell",
    "CG": "conjugate_gradient",
    "Nelder-Mead": "nelder_mead",
    "BFGS": "bfgs",
    "CMA-ES": "cma_es",
}
ADAM: Final = {
    "alpha_theta": "rate",
    "alpha_lamb": "multiplier_rate",
    "beta_velocity": "velocity",
    "beta_rmsprop": "rms",
    "lambda_init": "multipliers",
    "num_iters": "iterations",
    "clip_theta": "clip",
    "use_builtin_primary_gradient_fn": "penalty_in_gradient",
}
BARRIER: Final = {"maxiter": "iterations", "sigma0": "spread"}
ELSEWHERE: Final = {"gradient_library", "verbose", "debug", "use_batches", "batch_size", "n_epochs", "seed"}
DEFAULTS: Final[Mapping[str, Json]] = {
    "lambda_init": 0.5,
    "alpha_theta": 0.005,
    "alpha_lamb": 0.005,
    "beta_velocity": 0.9,
    "beta_rmsprop": 0.95,
    "num_iters": 200,
    "use_builtin_primary_gradient_fn": True,
}


def engine_optimiser(
    hyperparams: Mapping[str, Json], *, optimizer: str = "adam", regularisation: float = 0.0
) -> Method:
    """What does the same as the engine with these `optimization_hyperparams`; regularisation: its `reg_coef`.

    ValueError for a name that neither knows, ComponentError for a value that cannot be.
    """
    if optimizer == "adam":
        spec = _renamed({**DEFAULTS, **hyperparams}, ADAM)
        spec["penalty_in_gradient"] = not spec["penalty_in_gradient"]
        if hyperparams.get("use_batches"):
            spec |= {"batch_size": hyperparams["batch_size"], "epochs": hyperparams["n_epochs"]}
    elif optimizer in BARRIERS:
        spec = _renamed(hyperparams, BARRIER)
    else:
        raise ValueError(f"optimizer must be adam, {', '.join(BARRIERS)}, not {optimizer}.")
    kind = "adam" if optimizer == "adam" else BARRIERS[optimizer]
    return OPTIMISERS.parse({"type": kind, "regularisation": regularisation, **spec}).as_the_engine()


def _renamed(hyperparams: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    strange = sorted(hyperparams.keys() - names.keys() - ELSEWHERE)
    if strange:
        raise ValueError(f"hyperparams: there is no {', '.join(strange)} in the Seldonian Engine.")
    return {names[name]: value for name, value in hyperparams.items() if name in names}
