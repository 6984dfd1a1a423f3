"""A paper as Typst's source, and as PDF. Every word is a string of Typst, so that no title can be markup."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.results.showing.papers.paper import Paper, Table
from analysis.results.showing.typesetting import as_pdf, picture, quoted

PREAMBLE = """#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en")
#set par(justify: true, leading: 0.62em)
#set table(stroke: none, inset: (x: 5pt, y: 3.5pt))
#show heading: set block(above: 1.5em, below: 0.7em, sticky: true)
#set list(spacing: 0.75em)
#show table.cell: set par(justify: false)
#show heading.where(level: 1): set text(size: 13pt)
#show heading.where(level: 2): set text(size: 11pt)
"""


def pdf_of(paper: Paper) -> bytes:
    """The same paper gives the same bytes."""
    return as_pdf(source_of(paper))


def source_of(paper: Paper) -> str:
    """Typst's source."""
    return "\n".join(_parts(paper)) + "\n"


def _parts(paper: Paper) -> Iterator[str]:
    yield _page(paper)
    yield PREAMBLE
    yield f"#set document(title: {quoted(paper.title)})"
    yield f'#block(below: 0.6em, par(justify: false, text(size: 20pt, weight: "bold", {quoted(paper.title)})))'
    frozen = dict(paper.facts).get("Frozen", "")
    yield f"#text(size: 12pt, fill: luma(90), {quoted(f'{paper.subtitle}. Frozen {frozen}.')})\n"
    yield "#line(length: 100%, stroke: 0.6pt + luma(160))"
    yield from _answers(paper)
    if paper.deviations:
        yield _heading("Deviations from the plan")
        yield from (f"#list.item({quoted(each)})" for each in paper.deviations)
    yield from _trust(paper)
    yield _heading("Figures in numbers")
    for table in paper.tables:
        yield from _table(table)
    yield from _pictures(paper)
    yield _heading("Methods")
    yield from (f"#par({quoted(each)})" for each in paper.methods)
    yield _heading("To compute it again")
    rows = "".join(
        f'{_cell(name)}, text(font: "DejaVu Sans Mono", size: 7.2pt, {quoted(value)}), ' for name, value in paper.facts
    )
    yield f"#table(columns: 2, {rows})"
    if paper.references:
        yield _heading("References")
    yield "#set par(justify: false, hanging-indent: 1.4em)"
    yield from (f"#par({quoted(each)})" for each in paper.references)


def _page(paper: Paper) -> str:
    """With the paper's name and the page below each one."""
    name = quoted(f"{paper.experiment}, {paper.subtitle}")
    short = f"box(width: 80%, clip: true, height: 1em, {name})"
    inside = f'text(size: 8pt, fill: luma(90))[#{short} #h(1fr) #counter(page).display("1 / 1", both: true)]'
    return f'#set page(paper: "a4", margin: (x: 2.3cm, y: 2.4cm), footer: context {inside})'


def _trust(paper: Paper) -> Iterator[str]:
    if not paper.trust:
        return
    yield _heading("Whether the record bears it")
    yield '#text(size: 9pt, fill: luma(90), "As it stood when the report was frozen; tests hold at every look.")\n'
    for each in paper.trust:
        said = f"{each.sentence} {each.advice}".strip()
        yield f"#list.item(strong({quoted(each.title)}) + {quoted(f' ({each.weight}): {said}')})"


def _answers(paper: Paper) -> Iterator[str]:
    for role in paper.answered:
        yield _heading(role.title)
        for question, sentence in role.sentences:
            yield f'#par[#text(weight: "semibold", {quoted(question)}) #linebreak() #{quoted(sentence)}]'


def _pictures(paper: Paper) -> Iterator[str]:
    if paper.pictures or paper.notes:
        yield _heading("Pictures")
    yield from (f"#par({quoted(each)})" for each in paper.notes)
    figures = [
        f"figure({picture(each.svg, about=each.title).removeprefix('#')}, kind: image, "
        f"caption: {quoted(f'{each.title}. {each.note}')})"
        for each in paper.pictures
    ]
    if figures:
        yield "#set figure.caption(position: bottom)\n#show figure.caption: set text(size: 8.5pt)"
        yield f"#grid(columns: (1fr, 1fr), column-gutter: 1.2em, row-gutter: 1.6em, {', '.join(figures)})"


def _heading(title: str) -> str:
    return f"#heading({quoted(title)})"


def _table(table: Table) -> Iterator[str]:
    n = len(table.head)
    aligned = ", ".join(["left"] * (n - table.numbers) + ["right"] * table.numbers)
    head = ", ".join(f'text(weight: "semibold", {quoted(each)})' for each in table.head)
    cells = ", ".join(_cell(each) for row in table.rows for each in row)
    yield f"#heading(level: 2, {quoted(table.title)})"
    lines = "table.hline(stroke: 0.8pt)", f"table.header({head})", "table.hline(stroke: 0.4pt)"
    columns = f"columns: (1fr,) + (auto,) * {n - 1}, align: ({aligned})"
    inside = ", ".join([columns, *lines, *([cells] if cells else []), "table.hline(stroke: 0.8pt)"])
    yield f"#block(width: 100%, text(size: 8.8pt, table({inside})))"


def _cell(words: str) -> str:
    return quoted(words) if not words.startswith("  ") else f"h(1em) + text(fill: luma(90), {quoted(words.strip())})"
