"""How values are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from experiments.types import Json
from experiments.yaml_file import dump


def shown_json(value: Json) -> SafeString:
    """A JSON value as YAML, kept in its lines."""
    return format_html('<pre class="machina-yaml-shown" tabindex="0">{}</pre>', dump(value).strip())


def shown_text(value: Json) -> SafeString | str:
    """A text as it is, one by language with the language before each."""
    if isinstance(value, str):
        return format_html('<div class="machina-text">{}</div>', value) if value else "–"  # noqa: RUF001 - a dash
    if isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values()):
        parts = ((code, text) for code, text in value.items())
        return format_html_join("", '<div class="machina-text"><span class="m-chip">{}</span> {}</div>', parts)
    return shown_json(value) if value else "–"  # noqa: RUF001 - a dash is meant


def as_text(name: str) -> Callable[[Model], SafeString | str]:
    """A read-only column of a JSON column, for those who may not edit it."""

    def shown(row: Model) -> SafeString | str:
        return shown_text(getattr(row, name))

    shown.__name__ = f"{name}_text"
    shown.short_description = name.replace("_", " ").capitalize()  # type: ignore[attr-defined]  # Django's own way
    return shown


def as_texts(names: Sequence[object], columns: Mapping[str, Callable[[Model], object]]) -> list[object]:
    """The same fields (nested in rows as Django allows) with JSON columns replaced by their read-only ones."""
    return [
        as_texts(name, columns) if isinstance(name, list | tuple) else columns.get(str(name), name) for name in names
    ]
