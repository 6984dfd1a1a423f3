"""Sections of a study file that the rooms above know: they say what is wrong with one, take it in and give it out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from experiments.semantics_words import Finding
from experiments.types import Json

if TYPE_CHECKING:
    from experiments.models import Study


class Section(Protocol):
    """One section, such as `batches`. Its shape stands in the study file's schema."""

    def findings(self, content: Json) -> Iterable[Finding]:
        """What is wrong with it, paths from its own beginning. Content of a wrong shape is passed over."""
        ...

    def take_in(self, study: Study, content: Json) -> None:
        """Bring the study up to it, in the caller's transaction. The same again changes nothing."""
        ...

    def give_out(self, study: Study) -> Json:
        """What `take_in` would take; empty if there is nothing."""
        ...


SECTIONS: dict[str, Section] = {}


def register(name: str, section: Section) -> None:
    """Make a section known."""
    SECTIONS[name] = section
