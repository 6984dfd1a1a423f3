"""The words of sweeps and searches, for whoever writes a document."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

import yaml

from analysis.learning.search.searches import Search
from analysis.learning.search.shipped import SEARCHES

WIDE = 10_000
SWEEPS = (
    ("{sweep: [32, 64]}", "These values, of any kind."),
    ("{range: {from: 0, to: 1, step: 0.25}}", "0, 0.25, 0.5, 0.75 and 1."),
    ("{log_range: {from: 0.001, to: 1, count: 4}}", "0.001, 0.01, 0.1 and 1."),
    (
        "{random: {log_uniform: [0.001, 1]}}",
        "Drawn; also uniform, normal, int, log_int. A grid takes it with count: 5.",
    ),
    ("{zip: size, values: [8, 16]}", "Moves together with what else is zipped as size."),
    ("{sweep: [0.5, 0.9], when: {descent.rule: sgd}, otherwise: 0}", "Only where that holds."),
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A search. example: as it is written in a document; title and help: sentences."""

    example: str
    title: str
    help: str


def searches() -> list[Explained]:
    """Every one that is known, those of other packages too."""
    simple_first = sorted(SEARCHES.members.values(), key=lambda search: search.is_adaptive)
    return [_explained(search) for search in simple_first]


def _explained(search: type[Search]) -> Explained:
    title, _, more = cleandoc(search.__doc__ or "").partition("\n")
    example = yaml.safe_dump(dict(search.example), default_flow_style=True, sort_keys=False, width=WIDE).strip()
    return Explained(f"search: {example}", title, " ".join(more.split()))
