"""Parts of a stand-in's pages: a table, a form that is one button."""

from __future__ import annotations

from collections.abc import Sequence

from crowd.standin.kernel.pages import Html, joined, markup


def table(heads: list[str], rows: Sequence[Sequence[object]], empty: str) -> Html:
    """A head that begins with # is a column of numbers."""
    if not rows:
        return markup('<p class="card soft">{}</p>', empty)
    kinds = [Html(' class="num"') if head.startswith("#") else Html() for head in heads]
    top = [markup("<th{}>{}</th>", kind, head.lstrip("#")) for kind, head in zip(kinds, heads, strict=True)]
    lines = [_line(heads, kinds, row) for row in rows]
    return markup(
        '<div class="wide" tabindex="0" role="region" aria-label="{}"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        *(heads[0], joined(top), joined(lines)),
    )


def _line(heads: list[str], kinds: list[Html], row: Sequence[object]) -> Html:
    """Each cell says what it is, for phones, on which a row is a card."""
    cells = [
        markup('<td{} data-label="{}">{}</td>', kind, head.lstrip("#"), cell)
        for head, kind, cell in zip(heads, kinds, row, strict=True)
    ]
    return markup("<tr>{}</tr>", joined(cells))


def button(path: str, label: str, fields: dict[str, str], kind: str = "") -> Html:
    """A form that is one button."""
    hidden = [markup('<input type="hidden" name="{}" value="{}">', name, value) for name, value in fields.items()]
    return markup(
        '<form method="post" action="{}">{}<button class="{}">{}</button></form>', path, joined(hidden), kind, label
    )
