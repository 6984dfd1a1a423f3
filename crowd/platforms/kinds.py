"""What is known of a kind of platform without calling it: for forms, plans, and the guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from crowd.platforms.base import Can, Link, Platform


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an account's options. takes: a name in TAKES."""

    name: str
    about: str
    takes: str = "text"

    def problem(self, value: object) -> str:
        """What is wrong with a value, in a sentence; "" if nothing is."""
        fits, said = TAKES[self.takes]
        return "" if fits(value) else said


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_share(value: object) -> bool:
    """0.333, or “0.333”."""
    try:
        return not isinstance(value, bool) and 0 <= Decimal(str(value)) <= 1
    except InvalidOperation:
        return False


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"env:[A-Za-z0-9_.-]+", value) is not None


TAKES: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "text": (lambda value: isinstance(value, str), "Give a text."),
    "number": (_is_number, "Give a number above 0."),
    "share": (_is_share, "Give a share from 0 to 1, such as 0.333."),
    "reference": (_is_reference, "Say where it is, as env:NAME: never the secret itself."),
}


RATE = (
    Option("calls_per_second", "how many calls a second the account may make; 5 by itself", takes="number"),
    Option("burst", "how many calls at once after a pause; 10 by itself", takes="number"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """connect: makes the member; what is heavy is imported in it. production, rehearsal: where it is called.

    live: hosts that are the platform's own, and whether money is real there. secret: what credentials refer to.
    accepts: schemes of references ("env", "profile"). options: what an account may say besides.
    worker_sites: origins of the pages people work on, from production to rehearsal; the form that ends it goes there.
    reversal_days: so long after work was handed in a rejection can be taken back; 0: never.
    shortest_reason: of a rejection, in characters.
    categories: (name, title) of the platform's kinds of rejection, one of which each rejection has to name.
    writes_after_judging: messages reach only people whose work was approved or rejected.
    is_read: whether there is anybody to read. Otherwise what we desire of a posting is so, and who is done is done.
    """

    name: str
    title: str
    about: str
    abilities: frozenset[Can]
    connect: Callable[[Link], Platform]
    production: str = ""
    rehearsal: str = ""
    live: Mapping[str, bool] = field(default_factory=dict)
    accepts: tuple[str, ...] = ()
    secret: str = ""
    options: tuple[Option, ...] = ()
    worker_sites: tuple[str, ...] = ()
    reversal_days: int = 0
    shortest_reason: int = 0
    categories: tuple[tuple[str, str], ...] = ()
    writes_after_judging: bool = False
    is_read: bool = True

    def endpoint_of(self, link: Link) -> str:
        """Where the account is called: what it says, or the platform's own for its kind of money. "" calls nobody."""
        return link.endpoint or (self.production if link.is_production else self.rehearsal)
