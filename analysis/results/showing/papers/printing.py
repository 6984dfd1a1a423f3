"""A frozen report in the form that somebody asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from analysis.registered.models import Report
from analysis.results.showing.files import File
from analysis.results.showing.papers.paper import Paper, Table, paper_of
from analysis.results.showing.papers.typeset import pdf_of
from analysis.results.showing.tables import as_latex
from experiments.errors import Unknown

KEPT = ("number", "title", "sha256", "plan_sha256", "fingerprint_sha256", "code_version", "seed", "deviations")


def report_as(report: Report, ending: str) -> File:
    """Unknown for an ending that is none of FORMS."""
    if ending not in FORMS:
        raise Unknown(f"Reports come as {', '.join(FORMS)}, not as {ending}.")
    render, content_type = FORMS[ending]
    return File(render(report), content_type)


def html_of(paper: Paper) -> str:
    """A page of its own, with its own style, made for paper."""
    pictures = [(each, SafeString(each.svg)) for each in paper.pictures]
    tables = [
        {"title": t.title, "head": _marked(t, t.head), "rows": [_marked(t, r) for r in t.rows]} for t in paper.tables
    ]
    return render_to_string("results/paper.html", {"paper": paper, "pictures": pictures, "tables": tables})


def _marked(table: Table, row: Sequence[str]) -> list[tuple[str, bool]]:
    """Each cell with whether it is a number."""
    return [(words, place >= len(row) - table.numbers) for place, words in enumerate(row)]


def _json(report: Report) -> bytes:
    whole = {name: getattr(report, name) for name in (*KEPT, "plan", "fingerprint", "seen", "document")}
    told = {"uuid": str(report.uuid), "at": report.at.isoformat(), **whole}
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _latex(report: Report) -> bytes:
    tables = paper_of(report).tables
    return "\n".join(as_latex(t.head, t.rows, caption=t.title, numbers=t.numbers) for t in tables).encode()


FORMS: Mapping[str, tuple[Callable[[Report], bytes], str]] = {
    "pdf": (lambda report: pdf_of(paper_of(report)), "application/pdf"),
    "html": (lambda report: html_of(paper_of(report)).encode(), "text/html; charset=utf-8"),
    "json": (_json, "application/json"),
    "tex": (_latex, "application/x-tex; charset=utf-8"),
}
