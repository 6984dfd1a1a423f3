"""Bandits inside a Django app: arms in views and templates, rewards from them. See docs/tutorial/bandit-in-your-app.md.

Everything a project imports is here; the rest of the package may change.
"""

from bandits.web.declared import experiment
from bandits.web.decorators import choose_arm, reward
from bandits.web.redirecting import areward_and_redirect, reward_and_redirect
from bandits.web.serving import Bandits, BanditsRequest
from bandits.web.values import callable_arm

__all__ = (
    "Bandits",
    "BanditsRequest",
    "areward_and_redirect",
    "callable_arm",
    "choose_arm",
    "experiment",
    "reward",
    "reward_and_redirect",
)
