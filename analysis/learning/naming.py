"""Names for people: what differs between settings, as a short text that may be the name of a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from experiments.types import Json, JsonObject

LONGEST = 120  # characters; a name that would be longer ends with its digest
UNFIT = re.compile(r"[^\w.+=,-]+")


def flat(setting: Json, path: str = "") -> dict[str, Json]:
    """{dotted path: value} of everything in it. Lists of plain values count as one value, an empty mapping as none.

    >>> flat({"model": {"hidden": [32, 16], "rate": 0.1}, "layers": [{"n": 1}]})
    {'model.hidden': [32, 16], 'model.rate': 0.1, 'layers.0.n': 1}
    """
    return dict(_flat(setting, path))


def _flat(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(e, Mapping) for e in value):
        for index, each in enumerate(value):
            yield from _flat(each, f"{path}.{index}" if path else str(index))
    else:
        yield path, value


def differing(settings: Sequence[JsonObject]) -> list[str]:
    """The dotted paths at which settings differ, or that some do not have, in the order they are met."""
    flattened = [{key: _text(value) for key, value in flat(setting).items()} for setting in settings]
    keys = dict.fromkeys(key for each in flattened for key in each)
    return [key for key in keys if len({each.get(key) for each in flattened}) > 1]


def short(paths: Sequence[str]) -> dict[str, str]:
    """{path: its last part, or as much of its end as tells it from the others}.

    >>> short(["model.rate", "optimiser.rate", "model.hidden"])
    {'model.rate': 'model.rate', 'optimiser.rate': 'optimiser.rate', 'model.hidden': 'hidden'}
    """
    found = {}
    for path in paths:
        parts = path.split(".")
        ends = (".".join(parts[-n:]) for n in range(1, len(parts) + 1))
        others = [other for other in paths if other != path]
        found[path] = next((end for end in ends if not any(f".{other}".endswith(f".{end}") for other in others)), path)
    return found


def name_of(setting: JsonObject, paths: Sequence[str], digest: str) -> str:
    """``hidden=32,rate=0.1``: no slash, no dot at the start, no longer than a folder's name may be.

    What was lost on the way (odd characters, too long) is made up for by the beginning of the digest, so that two
    settings never share a name.
    """
    values, names = flat(setting), short(paths)
    text = ",".join(f"{names[path]}={_text(values[path])}" for path in paths if path in values)
    tidy = UNFIT.sub("-", text).strip("-.")
    if tidy == text and 0 < len(tidy) <= LONGEST:
        return tidy
    return f"{tidy[: LONGEST - 9]}~{digest[:8]}".lstrip("~")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))
