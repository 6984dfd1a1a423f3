"""A file with a JSON object for each episode."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import Table, of_frame
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.terms import Array
from experiments.types import Json, JsonObject

OTHER_NAMES: Final = {"chances": "action_probs", "alternates": "alt_rewards"}
"""As the Seldonian Engine calls them."""
PARTS: Final = ("observations", "actions", "rewards", "chances")


def of_lines(file: Path, path: str) -> Recorded:
    """NotUsable, with the line's number, for what is no episode."""
    return recorded_in(_lines(file, path), path)


def recorded_in(lines: Sequence[str], path: str) -> Recorded:
    """Of lines that were read already. path: what they are called where something is wrong with one."""
    written = [_episode(line, number, path) for number, line in enumerate(lines, start=1)]
    if not written:
        raise NotUsable([(("data", "path"), f"{path} has no line.", "Write one object a line.")])
    parts = {name: [_array(one, name, number, path) for number, one in enumerate(written, 1)] for name in PARTS}
    rewards = [_rewards(one, number, path) for number, one in enumerate(written, 1)]
    try:
        episodes = Episodes.of(parts["observations"], parts["actions"], rewards, parts["chances"])
    except ValueError as error:
        raise NotUsable([(("data", "path"), f"{path}: {error}", "")]) from error
    name = Path(path).stem
    return Recorded(name, episodes, _attributes(written, name))


def _lines(file: Path, path: str) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise NotUsable([(("data", "path"), f"{path} is no text: {error}.", "Write UTF-8.")]) from error


def _episode(line: str, number: int, path: str) -> JsonObject:
    try:
        written = json.loads(line)
    except ValueError as error:
        raise NotUsable([(("data", "path"), f"{path}, line {number}, is no JSON: {error}.", "")]) from error
    if not isinstance(written, Mapping):
        raise NotUsable([(("data", "path"), f"{path}, line {number}, is no object.", "Write one episode a line.")])
    return written


def _found(one: JsonObject, name: str) -> Json:
    return one.get(name, one.get(OTHER_NAMES.get(name, name)))


def _array(one: JsonObject, name: str, number: int, path: str) -> Array:
    """Shape (t,) or (t, d), as long as the episode."""
    value = _found(one, name)
    length = len(value) if isinstance(value, Sequence) else 0
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(())
    rewards = _found(one, "rewards")
    steps = len(rewards) if isinstance(rewards, Sequence) else 0
    if array.ndim not in (1, 2) or length != steps or not steps:
        said = f"{path}, line {number}: “{name}” must be a list of numbers, one for each of {steps} steps."
        raise NotUsable([(("data", "path"), said, "An episode has observations, actions, rewards and chances.")])
    return array


def _rewards(one: JsonObject, number: int, path: str) -> Array:
    """The primary ones, and beside them the alternate ones."""
    primary = _array(one, "rewards", number, path).reshape(-1, 1)
    if _found(one, "alternates") is None:
        return primary
    alternates = _array(one, "alternates", number, path)
    return np.column_stack([primary, alternates])


def _attributes(written: list[JsonObject], name: str) -> Table:
    import pandas as pd

    used = {*PARTS, "alternates", *OTHER_NAMES.values()}
    plain = [{key: value for key, value in one.items() if key not in used} for one in written]
    whole = [{key: value for key, value in one.items() if isinstance(value, str | int | float)} for one in plain]
    return of_frame(pd.DataFrame(whole, index=range(len(written))), name)
