"""Whatever stands in whatever place of a document, the answer is sentences, never a crash: it comes over the API."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.learning.components.picture import draw
from analysis.learning.components.showing import as_json
from analysis.learning.document import check_document
from experiments.problems import path_text
from experiments.types import Json
from experiments.yaml_file import load

DOCUMENT = load((Path(__file__).parents[3] / "examples" / "runs" / "digits_grid.yaml").read_bytes())[0]
JUNK: list[Json] = [
    None,
    True,
    -1,
    1.5,
    10**400,
    "",
    "digits",
    [],
    [[[]]],
    {},
    {"kind": 5},
    {"sweep": []},
    {"sweep": 5},
    {"sweep": [1, {"sweep": [2]}]},
    {"range": {}},
    {"random": {}},
    {"random": {"int": 5}},
    {"random": {"uniform": [1, 0]}},
    {"log_range": {"from": 0, "to": 1, "count": 2}},
    {"sweep": [1], "when": 1},
    {"sweep": [1], "when": {"a.b": 1}},
    {"inject": []},
    {"constant": {"a": 1}},
    {"zip": "a", "values": [1]},
]


def places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*path, key))


def with_junk(path: tuple[str | int, ...], junk: Json) -> Json:
    if not path:
        return junk
    whole = {"it": copy.deepcopy(DOCUMENT)}
    inside = whole
    for key in ("it", *path[:-1]):
        inside = inside[key]  # type: ignore[index,assignment]  # the path was found in it
    inside[path[-1]] = junk  # type: ignore[index]  # as above
    return whole["it"]


@pytest.mark.parametrize("number", range(len(JUNK)), ids=[str(junk)[:40] for junk in JUNK])
def test_junk_anywhere_is_answered(number: int) -> None:
    """Each kind of junk in every third place, another third for the next kind."""
    junk = JUNK[number]
    for path in list(places(DOCUMENT))[number % 3 :: 3]:
        try:
            checked = check_document(with_junk(path, junk))
            assert all(problem.message for problem in checked.problems)
            draw(checked.sketch.nodes)
            as_json(checked.sketch.nodes, checked.root)
        except Exception as error:
            error.add_note(f"{junk} at {path_text(path)}")
            raise
