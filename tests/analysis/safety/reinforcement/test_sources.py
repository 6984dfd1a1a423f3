"""Episodes of files: read as they are, or refused with the place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.learning.components import ComponentError
from analysis.learning.data import folders
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.reinforcement.sources import EPISODES
from experiments.types import Json

TABLE = "episode,observation,action,reward,chance,cost,sex\n1,0,1,0.5,0.25,1,F\n1,2,0,-1,0.5,0,F\n7,1,0,2,0.75,3,M\n"
LINES = [
    {"observations": [0, 2], "actions": [1, 0], "rewards": [0.5, -1], "chances": [0.25, 0.5], "sex": "F"},
    {"observations": [1], "actions": [0], "rewards": [2], "chances": [0.75], "sex": "M"},
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(folders, "_FOLDERS", [tmp_path])
    return tmp_path


def read(**config: Json) -> Recorded:
    return EPISODES.parse({"type": "episodes", **config}).recorded()


def test_a_table_with_a_row_for_each_step(data: Path) -> None:
    (data / "walks.csv").write_text(TABLE)

    found = read(path="walks.csv", alternates=["cost"])

    assert found.episodes.starts.tolist() == [0, 2, 3]
    assert found.episodes.observations[:, 0].tolist() == [0, 2, 1]
    assert found.episodes.rewards.tolist() == [[0.5, 1], [-1, 0], [2, 3]]
    assert found.episodes.chances.tolist() == [0.25, 0.5, 0.75]
    assert found.attributes.columns["sex"].tolist() == ["F", "M"]


def test_parquet_says_the_same(data: Path) -> None:
    (data / "walks.csv").write_text(TABLE)
    pd.read_csv(data / "walks.csv").to_parquet(data / "walks.parquet")

    one, other = read(path="walks.csv").episodes, read(path="walks.parquet").episodes

    np.testing.assert_array_equal(one.rewards, other.rewards)
    np.testing.assert_array_equal(one.starts, other.starts)


@pytest.mark.parametrize("chances", ["chances", "action_probs"])
def test_an_object_for_each_episode(data: Path, chances: str) -> None:
    lines = [
        {**{key: value for key, value in one.items() if key != "chances"}, chances: one["chances"]} for one in LINES
    ]
    (data / "walks.jsonl").write_text("\n".join(map(json.dumps, lines)))

    found = read(path="walks.jsonl")

    assert found.episodes.starts.tolist() == [0, 2, 3]
    assert found.episodes.rewards[:, 0].tolist() == [0.5, -1, 2]
    assert found.attributes.columns["sex"].tolist() == ["F", "M"]


def test_alternate_rewards_stay_with_their_episode(data: Path) -> None:
    """The engine gives every episode those of all."""
    lines = [{**one, "alternates": [[1.0, 2.0]] * len(one["rewards"])} for one in LINES]  # type: ignore[arg-type]
    lines[1]["alternates"] = [[5.0, 6.0]]
    (data / "walks.jsonl").write_text("\n".join(map(json.dumps, lines)))

    found = read(path="walks.jsonl").episodes

    assert found.rewards[:, 1:].tolist() == [[1, 2], [1, 2], [5, 6]]


def test_a_file_without_names_as_the_engine_writes_it(data: Path) -> None:
    (data / "rl.csv").write_text("0,0,1,0.5,0.25\n0,1,0,-1,0.5\n1,0,0,2,0.75\n")

    found = read(path="rl.csv", names=["episode", "observation", "action", "reward", "chance"])

    assert found.episodes.starts.tolist() == [0, 2, 3]
    with pytest.raises(NotUsable, match="has 5 columns, and 4 are named"):
        read(path="rl.csv", names=["episode", "observation", "action", "reward"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("7,1,0,2,0.75,3,M\n", "7,1,0,2,0.75,3,M\n1,1,0,2,0.5,1,F\n"), "rows of episode 1 are not together"),
        (("0.25", "0"), "Episode 1, step 1: the chance of what was done must be above 0"),
        (("0.25", ""), "Episode 1, step 1: chances must be numbers that are finite"),
        (("1,2,0,-1,", "1,left,0,-1,"), "“observation” holds texts"),
        (("7,1,0,2,", "7,1,0,inf,"), "Episode 2, step 1: rewards must be numbers that are finite"),
        (("chance", "p"), "has no column “chance”"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_with_its_place(data: Path, change: tuple[str, str], says: str) -> None:
    (data / "walks.csv").write_text(TABLE.replace(*change, 1))

    with pytest.raises(NotUsable, match=says):
        read(path="walks.csv")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 3, is no JSON"),
        ("[1]", "line 3, is no object"),
        (json.dumps({**LINES[0], "chances": [0.5]}), "line 3: “chances” must be a list of numbers, one for each of 2"),
        (json.dumps({**LINES[0], "actions": ["left", "up"]}), "line 3: “actions” must be a list of numbers"),
        (json.dumps({**LINES[0], "rewards": []}), "line 3: “observations” must be"),
    ],
)
def test_a_line_that_is_no_episode_is_refused_with_its_number(data: Path, line: str, says: str) -> None:
    (data / "walks.jsonl").write_text("\n".join([*map(json.dumps, LINES), line]))

    with pytest.raises(NotUsable, match=says):
        read(path="walks.jsonl")


def test_pickles_are_not_read() -> None:
    with pytest.raises(ComponentError, match=r"Episodes are read from \.csv, \.parquet and \.jsonl"):
        EPISODES.parse({"type": "episodes", "path": "walks.pkl"})


def test_a_file_that_changed_since_it_was_pinned_is_refused(data: Path) -> None:
    (data / "walks.csv").write_text(TABLE)

    with pytest.raises(NotUsable, match="not the file that was pinned"):
        read(path="walks.csv", sha256="0" * 64)
