"""Which functions may be called here. A path in a document is code to be run: somebody must have allowed it."""

from __future__ import annotations

from analysis.learning.components.registry import is_allowed_module

_PATHS: set[str] = set()


def allow_function(path: str) -> None:
    """Allow one function in this process: the person at the keyboard has named it."""
    _PATHS.add(path)


def is_allowed(path: str) -> bool:
    """Whether that function was allowed, or its package is on the installation's list."""
    return path in _PATHS or is_allowed_module(path.partition(":")[0])
