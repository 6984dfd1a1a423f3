"""JSON that anybody may have sent: read strictly, once, and only as far as it is plain."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from experiments.storable import UNSTORABLE, refuse_constant

YEARS: Final = range(2000, 2101)


def object_in(text: bytes | str) -> dict[str, object]:
    """The object that UTF-8 JSON is. ValueError for anything else: other types, nested without end, the same name
    twice, half characters, NaN.

    >>> object_in(b'{"a": 1}')
    {'a': 1}
    >>> object_in('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: The JSON names “a” twice.
    """
    try:
        read = json.loads(
            text if isinstance(text, str) else text.decode(), parse_constant=refuse_constant, object_pairs_hook=_once
        )
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error
    if not isinstance(read, dict):
        raise ValueError("This is no JSON object.")
    return read


def moment_in(stamp: object) -> datetime | None:
    """The time that a text names with its zone; None for anything else, and for years that are none of ours."""
    try:
        found = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo and found.year in YEARS else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"The JSON names “{name[:40]}” twice.")
        if UNSTORABLE.search(name) or (isinstance(value, str) and UNSTORABLE.search(value)):
            raise ValueError("The JSON has half characters.")
        found[name] = value
    return found
