"""Simulated tasks to try policies in. One file each."""

from analysis.safety.reinforcement.environments import glucose, gridworld, mountain_car
from analysis.safety.reinforcement.environments.environment import ENVIRONMENTS, Environment, Stepped
from analysis.safety.reinforcement.environments.playing import expected_return, played

__all__ = [
    "ENVIRONMENTS",
    "Environment",
    "Stepped",
    "expected_return",
    "glucose",
    "gridworld",
    "mountain_car",
    "played",
]
