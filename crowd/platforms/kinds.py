"""What is known of a kind of platform without calling it: for forms, plans, and the guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crowd.platforms.base import Can, Link, Platform


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an account's options. is_number: a number above 0; a text otherwise."""

    name: str
    about: str
    is_number: bool = False


RATE = (
    Option("calls_per_second", "how many calls a second the account may make; 5 by itself", is_number=True),
    Option("burst", "how many calls at once after a pause; 10 by itself", is_number=True),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """connect: makes the member; what is heavy is imported in it. production, rehearsal: where it is called.

    live: hosts that are the platform's own, and whether money is real there. secret: what credentials refer to.
    accepts: schemes of references ("env", "profile"). options: what an account may say besides.
    worker_sites: origins of the pages people work on, from production to rehearsal; the form that ends it goes there.
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
    is_read: bool = True

    def endpoint_of(self, link: Link) -> str:
        """Where the account is called: what it says, or the platform's own for its kind of money. "" calls nobody."""
        return link.endpoint or (self.production if link.is_production else self.rehearsal)
