"""Families of policies. One file each; the contract test in `tests/contracts` holds every one to its promise."""

from analysis.safety.reinforcement.policies import box, fourier_softmax, gaussian, mixture, softmax
from analysis.safety.reinforcement.policies.policy import (
    POLICIES,
    Cells,
    DiscretePolicy,
    FittedPolicy,
    Policy,
)

__all__ = [
    "POLICIES",
    "Cells",
    "DiscretePolicy",
    "FittedPolicy",
    "Policy",
    "box",
    "fourier_softmax",
    "gaussian",
    "mixture",
    "softmax",
]
