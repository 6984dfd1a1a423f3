"""Numbers as people type them."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.types import Json


def number(text: str | None, otherwise: Json) -> Json:
    """The number; the text itself where it is none, for the check to refuse."""
    if text is None or not text.strip():
        return otherwise
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text


def whole(text: str | None, otherwise: Json) -> Json:
    """The same, as a whole number where it is one."""
    found = number(text, otherwise)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def percent(text: str | None) -> Json:
    """As a part of 1."""
    value = number(text, 0.0)
    return round(value / 100, 10) if isinstance(value, int | float) else value


def readable(fields: Mapping[str, str]) -> dict[str, str]:
    """Without those that should be numbers and are none: what is left can be shown as a plan, whatever was typed."""
    found = {name: text for name, text in fields.items() if not _is_number(name) or _reads(text)}
    if "parts" in found:
        found["parts"] = " ".join(each for each in found["parts"].replace(",", " ").split() if _reads(each))
    if isinstance(whole(found.get("units"), None), float):
        del found["units"]
    return found


def _reads(text: str) -> bool:
    found = number(text, None)
    return found is None or (isinstance(found, float) and abs(found) < 1e300)


def _is_number(name: str) -> bool:
    stem, _, key = name.rpartition("-")
    if name in ("level", "secondary_level", "units", "parameter"):
        return True
    return name.startswith(("w-", "a-")) or (bool(stem) and key in ("margin", "winsor", "p", "level"))
