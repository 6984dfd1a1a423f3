"""Whether data could suffice, while somebody waits for the answer: large data are left to the command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from experiments.errors import BadValue
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.safety.rehearsal import Rehearsal

LARGEST: Final = 32_000_000
"""Bytes of one file: some hundred thousand rows, read in a few seconds."""
MOST: Final = 300_000
"""Rows, episodes or decisions that a source makes or holds."""
COUNTED: Final = ("rows", "episodes")
HINT: Final = "manage.py train FILE --dry-run reads as much as there is."


def rehearse_here(setting: JsonObject) -> Rehearsal:
    """BadValue for data that are too large to be read within a request, and for what cannot be trained with."""
    from analysis.safety.rehearsal import rehearse

    for source in _sources(setting):
        _require_small(source)
    try:
        return rehearse(setting)
    except ValueError as error:
        raise BadValue(str(error)) from error


def _sources(setting: JsonObject) -> Iterator[Mapping[str, Json]]:
    more = setting.get("additional")
    entries = [setting, *(one for one in more if isinstance(one, Mapping))] if isinstance(more, list) else [setting]
    yield from (source for one in entries if isinstance(source := one.get("data"), Mapping))


def _require_small(source: Mapping[str, Json]) -> None:
    for size in (value for name in COUNTED if isinstance(value := source.get(name), int)):
        if size > MOST:
            raise BadValue(f"These are {size:,} rows; here at most {MOST:,} are read.", hint=HINT)
    if isinstance(path := source.get("path"), str) and (size := _bytes(path)) > LARGEST:
        raise BadValue(f"“{path}” has {size / 1e6:,.0f} MB; here at most {LARGEST / 1e6:,.0f} are read.", hint=HINT)
    if source.get("type") == "decisions" and (size := _decisions(source)) > MOST:
        raise BadValue(f"These are {size:,} decisions; here at most {MOST:,} are read.", hint=HINT)


def _bytes(path: str) -> int:
    """0 where there is no such file: reading says so better."""
    from analysis.learning.data.folders import data_file

    try:
        return data_file(path).stat().st_size
    except FileNotFoundError:
        return 0


def _decisions(source: Mapping[str, Json]) -> int:
    """As the source itself counts them; 0 where it cannot be read: reading says so better."""
    from analysis.safety.loading.refusal import NotUsable
    from analysis.safety.reinforcement.sources import EPISODES

    try:
        counted = EPISODES.read(dict(source)).identity().get("decisions")
    except (NotUsable, FileNotFoundError):
        return 0
    return counted if isinstance(counted, int) else 0
