"""A stand-in's website as a worker's browser uses it: what every platform's site can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """The site says no; the sentence is what the worker reads."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The study as the site shows it. address: of our page, empty where it is not shown. claim: empty in a preview."""

    address: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """A form by which the work is handed in: as the page that ends the study states it."""

    action: str
    fields: dict[str, str]


class Site(Protocol):
    """One worker's view of it. Each may raise Refused."""

    def id_of(self, worker: str) -> str:
        """Under which id the platform knows a worker."""
        ...

    def offers(self) -> list[str]:
        """Ids of what can be worked on, newest first."""
        ...

    def preview(self, offer: str) -> Frame:
        """Look at it."""
        ...

    def accept(self, offer: str) -> Frame:
        """Take a place."""
        ...

    def give_back(self, claim: str) -> None:
        """Return the place."""
        ...

    def hand_in(self, hand: Hand) -> None:
        """Send the form of the end."""
        ...

    def close(self) -> None:
        """Done."""
        ...
