"""A call as the operations see it, and what is wrong with its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.errors import Refused

MOST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """path: the id in the address, if there is one."""

    path: str
    query: Mapping[str, str]
    body: Json
    url: str = ""

    def text(self, name: str, default: str = "") -> str:
        """A field that is text."""
        return str(self.field(name, str, default))

    def whole(self, name: str, default: int = 0) -> int:
        """A field that is a whole number."""
        return int(self.field(name, int, default))

    def rows(self, name: str) -> tuple[Any, ...]:
        """A field that is a list."""
        return tuple(self.field(name, list, []))

    def field(self, name: str, kind: type, default: object) -> Any:
        """Refused where it has another kind."""
        found = self.body.get(name, default)
        if not isinstance(found, kind) or isinstance(found, bool) is not (kind is bool):
            raise Refused({name: [f"This field must be {kind.__name__}, not {type(found).__name__}."]})
        return found

    def require(self, *names: str) -> None:
        """Refused without them, as Prolific lists them."""
        missing = {name: ["This field is required."] for name in names if self.body.get(name) in (None, "", [])}
        if missing:
            raise Refused(missing)

    def page(self, rows: list[Json]) -> Json:
        """By page and page_size, or by limit and offset."""
        offset, size = self._window()
        links: dict[str, Json] = {"next": {"href": None}}
        if offset + size < len(rows):
            following = {**self.query, **self._following(offset, size)}
            links["next"] = {"href": f"{self.url}?{'&'.join(f'{k}={v}' for k, v in following.items())}"}
        return {"results": rows[offset : offset + size], "_links": links, "meta": {"count": len(rows)}}

    def _window(self) -> tuple[int, int]:
        size = min(self._number("limit", self._number("page_size", 20)), MOST) or 20
        return self._number("offset", (max(self._number("page", 1), 1) - 1) * size), size

    def _following(self, offset: int, size: int) -> dict[str, str]:
        if "limit" in self.query or "offset" in self.query:
            return {"limit": str(size), "offset": str(offset + size)}
        return {"page": str(offset // size + 2), "page_size": str(size)}

    def _number(self, name: str, default: int) -> int:
        found = self.query.get(name, "")
        return int(found) if found.isdigit() else default
