"""The Seldonian Engine's settings of a search, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.optimisers.penalty import Penalised
from analysis.safety.terms import Problem
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
}
BARRIER: Final = {"maxiter": "iterations", "sigma0": "spread"}
ELSEWHERE: Final = {"gradient_library", "verbose", "debug", "use_batches", "batch_size", "n_epochs", "seed"}
GRADIENT: Final = "use_builtin_primary_gradient_fn"  # of the objective: see `Logistic.slopes` and `engine_problem`
DEFAULTS: Final[Mapping[str, Json]] = {
    "lambda_init": 0.5,
    "alpha_theta": 0.005,
    "alpha_lamb": 0.005,
    "beta_velocity": 0.9,
    "beta_rmsprop": 0.95,
    "num_iters": 200,
}


def engine_optimiser(hyperparams: Mapping[str, Json], *, optimizer: str = "adam") -> Method:
    """What does the same as the engine with these `optimization_hyperparams`.

    ValueError for a name that neither knows, ComponentError for a value that cannot be.
    """
    if optimizer == "adam":
        spec = _renamed({**DEFAULTS, **hyperparams}, ADAM)
        if hyperparams.get("use_batches"):
            spec |= {"batch_size": hyperparams["batch_size"], "epochs": hyperparams["n_epochs"]}
    elif optimizer in BARRIERS:
        spec = _renamed(hyperparams, BARRIER)
    else:
        raise ValueError(f"optimizer must be adam, {', '.join(BARRIERS)}, not {optimizer}.")
    kind = "adam" if optimizer == "adam" else BARRIERS[optimizer]
    return OPTIMISERS.parse({"type": kind, **spec}).as_the_engine()


def engine_problem(
    problem: Problem, reg_coef: float, *, optimizer: str = "adam", builtin_gradient: bool = True
) -> Problem:
    """With the engine's regularisation: of theta's square, unknown to built-in gradients; barriers take the 2-norm."""
    if optimizer != "adam":
        return Penalised(problem, reg_coef, norm="plain")
    return Penalised(problem, reg_coef, sloped=not builtin_gradient)


def _renamed(hyperparams: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    strange = sorted(hyperparams.keys() - names.keys() - ELSEWHERE - {GRADIENT})
    if strange:
        raise ValueError(f"hyperparams: there is no {', '.join(strange)} in the Seldonian Engine.")
    return {names[name]: value for name, value in hyperparams.items() if name in names}
