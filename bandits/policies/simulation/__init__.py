"""What would a policy lose? Worlds, and thousands of runs of a policy in them at once. Pure; needs numpy.

Not imported by the registry of policies: a web process reads that without numpy.
"""

from bandits.policies.simulation.contexts import ContextWorld
from bandits.policies.simulation.delays import Delay
from bandits.policies.simulation.drifts import ChangePoints, Drift, Sine, Steady, Turning, Walk
from bandits.policies.simulation.engine import simulate
from bandits.policies.simulation.regrets import Regrets
from bandits.policies.simulation.worlds import Environment, World

__all__ = [
    "ChangePoints",
    "ContextWorld",
    "Delay",
    "Drift",
    "Environment",
    "Regrets",
    "Sine",
    "Steady",
    "Turning",
    "Walk",
    "World",
    "simulate",
]
