"""Lists of MTurk, page by page: a hundred at a time, and no token on the last page, or an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

PAGE: Final = 100
Page = TypeVar("Page")
_NEVER_ENDS: Final = 100_000


def pages(fetch: Callable[[str], tuple[Page, str | None]]) -> Iterator[Page]:
    """fetch: the token of a page ("" the first) > the page, and the token of the next one."""
    token = ""
    for _ in range(_NEVER_ENDS):
        page, following = fetch(token)
        yield page
        if not following or following == token:
            return
        token = following


def paged(token: str) -> dict[str, str]:
    """The argument that asks for the page."""
    return {"NextToken": token} if token else {}
