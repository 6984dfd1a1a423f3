"""A model card as Markdown (GitHub's tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.runs.board.cards import Card

MEANT = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown(card: Card) -> str:
    """Ends with a line break. What people wrote is escaped: it can make no table, link or HTML."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Card) -> Iterator[str]:
    yield from _head(card)
    yield from _table("Model", ("", ""), card.model)
    yield from _table("Figures", ("", *card.figure_splits), [(name, *values) for name, values in card.figures])
    yield from _splits(card)
    yield from _parts(card)
    yield from _machine(card)
    yield from ("", "## Again", "", f"Seed {card.run.seed}, digest `{card.run.digest}`.")


def _head(card: Card) -> Iterator[str]:
    run = card.run
    yield f"# {plain(card.title)}"
    yield ""
    yield f"{plain(card.study)}, {plain(card.experiment)}" + (
        f", trained {card.trained_at:%Y-%m-%d}" if card.trained_at else ""
    )
    if card.description:
        yield from ("", plain(card.description))
    if not card.is_final:
        yield from ("", f"This run is {run.get_status_display().lower()}: the card says what is known so far.")
    facts = [
        ("Parameters", "unknown" if card.parameters is None else f"{card.parameters:,}"),
        (
            f"{card.goal.split} {card.goal.name}".strip() or "Goal",
            "none" if run.primary is None else f"{run.primary:.4f}",
        ),
        ("Epochs", f"{run.epoch} of {run.epochs}"),
        ("Training took", f"{run.seconds:.2f} s"),
    ]
    yield from _table("", ("", ""), facts)


def _splits(card: Card) -> Iterator[str]:
    splits = [
        (s.name, s.dataset, "" if s.rows is None else f"{s.rows:,}", "" if s.share is None else f"{s.share} %")
        for s in card.splits
    ]
    yield from _table("Data", ("Split", "Data set", "Rows", "Share"), splits)
    for split in card.splits:
        rows = [(label.label, str(label.n), f"{label.share} %") for label in split.labels]
        yield from _table(f"Labels of {split.name}", ("Label", "Rows", "Share"), rows, depth=3)


def _parts(card: Card) -> Iterator[str]:
    """The components of a pipeline; of a function its setting."""
    yield from _table(
        "Components",
        ("Name", "What it is", "Needs", "Settings"),
        [
            (
                part.name,
                f"{part.kind} / {part.type}",
                ", ".join(f"{slot}: {name}" for slot, name in part.needs),
                ", ".join(f"{name} {value}" for name, value in part.config),
            )
            for part in card.components
        ],
    )
    if not card.components:
        yield from _table("Setting", ("", ""), card.setting)


def _machine(card: Card) -> Iterator[str]:
    machine = [
        *card.machine,
        *(("device", device) for device in card.devices),
        *([("code", card.code)] if card.code else []),
    ]
    yield from _table("Where it was trained", ("", ""), machine)
    yield from _table("Packages of the worker", ("Package", "Version"), card.packages, depth=3)


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, depth: int = 2) -> Iterator[str]:
    """Nothing without rows."""
    if not rows:
        return
    yield ""
    if title:
        yield from (f"{'#' * depth} {plain(title)}", "")
    yield f"| {' | '.join(plain(cell) for cell in head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(plain(str(cell)) for cell in row)} |"


def plain(text: str) -> str:
    """Nothing in it means anything to Markdown.

    >>> print(plain("a|b *c* <script>"))
    a\\|b \\*c\\* \\<script\\>
    """
    return MEANT.sub(r"\\\1", " ".join(text.split()))
