"""Which experiments the code names, and where: what the system checks look at."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable

NAMED: dict[str, set[str]] = {}
MISFITS: list[str] = []


def named(slug: str, where: str) -> None:
    """Note that this place of the code names that experiment."""
    NAMED.setdefault(slug, set()).add(where)


def keyword_for(slug: str) -> str:
    """The keyword argument of an experiment: a hyphen cannot stand in one.

    >>> keyword_for("button-color")
    'button_color'
    """
    return slug.replace("-", "_")


def place_of(view: Callable[..., object]) -> str:
    """Where a view is written."""
    name = getattr(view, "__qualname__", type(view).__qualname__)
    return f"{getattr(view, '__module__', '?')}.{name}"


def require_keyword(view: Callable[..., object], name: str) -> None:
    """Note it if the view cannot take that keyword argument."""
    if not name.isidentifier() or keyword.iskeyword(name):
        _misfit(f"“{name}” can be no keyword argument of {place_of(view)}; give choose_arm a keyword=….")
        return
    try:
        parameters = inspect.signature(view).parameters.values()
    except (TypeError, ValueError):  # written in C, or hides its signature
        return
    takes = any(one.name == name and one.kind != one.POSITIONAL_ONLY for one in parameters)
    if not takes and not any(one.kind == one.VAR_KEYWORD for one in parameters):
        _misfit(f"{place_of(view)} does not take the keyword argument “{name}” that choose_arm gives it.")


def _misfit(sentence: str) -> None:
    """Once: a method's decorator runs at every request."""
    if sentence not in MISFITS:
        MISFITS.append(sentence)
