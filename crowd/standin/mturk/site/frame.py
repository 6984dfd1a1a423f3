"""What the pages of the site share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from crowd.standin.kernel.http import Refusal, Reply, Request
from crowd.standin.kernel.pages import Html, joined, markup, page

PLATFORM = "Mechanical Turk"
NEWCOMER = "A1NEWCOMER"
WORKER_ID = re.compile(r"^A[A-Z0-9]{1,63}$")
LINKS = markup(
    '<a href="/">Find HITs</a><a href="/mturk/dashboard">My work</a><a href="/mturk/qualifications">Qualifications</a>'
    '<a href="/mturk/worker">Who am I?</a><a href="/requester">Requester</a>'
)


def show(title: str, content: Html, status: int = 200) -> Reply:
    """A page."""
    return page(PLATFORM, title, content, links=LINKS, status=status)


def me(request: Request) -> str:
    """The worker of this browser."""
    return request.cookies.get("worker", NEWCOMER)


def worker_id(text: str) -> str:
    """Refused if it is none."""
    if not WORKER_ID.match(text):
        raise Refusal(f"{text!r} is not a worker id: A, then capitals and digits.")
    return text


def cookie(worker: str) -> str:
    """Who this browser is from now on."""
    return f"worker={worker}; Path=/; SameSite=Lax"


def dollars(amount: Decimal | int) -> str:
    """As people write it; more than two places only where there are more."""
    exact = f"{amount:,.4f}".rstrip("0")
    return "$" + (exact if len(exact.partition(".")[2]) > 2 else f"{amount:,.2f}")


def table(heads: list[str], rows: Sequence[Sequence[object]], empty: str) -> Html:
    """A head that begins with # is a column of numbers."""
    if not rows:
        return markup('<p class="card soft">{}</p>', empty)
    kinds = [Html(' class="num"') if head.startswith("#") else Html() for head in heads]
    top = [markup("<th{}>{}</th>", kind, head.lstrip("#")) for kind, head in zip(kinds, heads, strict=True)]
    lines = [
        markup(
            "<tr>{}</tr>", joined([markup("<td{}>{}</td>", kind, cell) for kind, cell in zip(kinds, row, strict=True)])
        )
        for row in rows
    ]
    return markup(
        '<div class="wide" tabindex="0" role="region" aria-label="{}"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        *(heads[0], joined(top), joined(lines)),
    )


def _line(kinds: list[Html], row: Sequence[object]) -> Html:
    cells = [markup("<td{}>{}</td>", kind, cell) for kind, cell in zip(kinds, row, strict=True)]
    return markup("<tr>{}</tr>", joined(cells))


def button(path: str, label: str, fields: dict[str, str], kind: str = "") -> Html:
    """A form that is one button."""
    hidden = [markup('<input type="hidden" name="{}" value="{}">', name, value) for name, value in fields.items()]
    return markup(
        '<form method="post" action="{}">{}<button class="{}">{}</button></form>', path, joined(hidden), kind, label
    )
