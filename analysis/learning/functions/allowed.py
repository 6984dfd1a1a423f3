"""Which functions may be called here. A path in a document is code to be run: somebody must have allowed it."""

from __future__ import annotations

from analysis.learning.components.registry import is_allowed_module

_MODULES: set[str] = set()


def allow_function(path: str) -> None:
    """Allow a function, and what stands beside it in its module (hooks), in this process: somebody at the keyboard has
    named it, and its module is run with it.
    """
    _MODULES.add(path.partition(":")[0])


def is_allowed(path: str) -> bool:
    """Whether a function of its module was allowed, or its package is on the installation's list."""
    module = path.partition(":")[0]
    return module in _MODULES or is_allowed_module(module)
