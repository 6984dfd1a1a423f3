"""From a question to what is said to it, by the method that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from analysis.registered.document import Method
from analysis.results.asking.asked import Asked, Prepared, Said
from analysis.statistics.words import Estimate, NoAnswer

Way = Callable[[Asked], Estimate]

WAYS: Final[Mapping[Method, str]] = {Method.ANYTIME: "anytime", Method.FIXED: "fixed"}
"""Each is a function in a module of the same name in `ways`; a new one is a file and a line."""


def answer(prepared: Prepared, *, level: float, method: Method | None = None) -> Said:
    """By the question's method, or by another one. Never raises NoAnswer: it is said."""
    if prepared.contrast is None:
        return Said(why_not=prepared.why_not)
    asked = Asked(prepared.question, prepared.setting, prepared.contrast, level)
    try:
        return Said(way_of(method or prepared.question.method)(asked))
    except NoAnswer as nothing:
        return Said(why_not=str(nothing))


def way_of(method: Method) -> Way:
    """NoAnswer for a method that this house cannot carry out."""
    if method not in WAYS:
        raise NoAnswer(f"The method {method} is not there yet: ask with another.")
    module = import_module(f"analysis.results.asking.ways.{WAYS[method]}")
    return cast(Way, getattr(module, WAYS[method]))
