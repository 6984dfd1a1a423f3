"""Roles and settings as JSON brings them: checked for their kind. BadInput names the place."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.statistics.methods.door import Default
from analysis.toolbox.computing.problems import BadInput, Problem


def roles_sent(given: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """A name or a list of names for each role.

    >>> roles_sent({"value": "rating", "items": ["q1", "q2"]})
    {'value': ('rating',), 'items': ('q1', 'q2')}
    """
    found = {}
    for role, names in given.items():
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise BadInput([Problem(f"“{role}” is played by a column or a list of columns, named by their names.")])
        found[role] = tuple(listed)
    return found


def plain_settings(given: Mapping[str, object]) -> dict[str, Default]:
    """Numbers, words, yes or no."""
    found: dict[str, Default] = {}
    for name, value in given.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            raise BadInput([Problem("it is a number, a word, or true or false.", setting=name)])
        found[name] = value
    return found
