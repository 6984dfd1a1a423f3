"""Small tables to train with, and documents about them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.learning.data.folders import allow_folders
from analysis.safety.loading import NotUsable, load
from experiments.types import JsonObject

GROUPS: JsonObject = {"M": {"column": "sex", "equals": "Male"}, "F": {"column": "sex", "equals": "Female"}}


def applicants(rows: int = 60) -> pd.DataFrame:
    """No two alike; half of them men; a label that is 1 for every third."""
    order = np.random.default_rng(18).permutation(rows)
    return pd.DataFrame(
        {
            "income": 1_000.0 + order,
            "age": 20 + order % 50,
            "sex": np.where(order % 2 == 0, "Male", "Female"),
            "job": np.array(["clerk", "nurse", "smith"])[order % 3],
            "paid": (order % 3 == 0).astype(int),
        }
    )


class Folder:
    """A folder for data; a document about a table in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        allow_folders([path])

    def setting(self, frame: pd.DataFrame, **more: object) -> JsonObject:
        frame.to_csv(self.path / "applicants.csv", index=False)
        return self.about("applicants.csv", **more)

    def about(self, file: str, **more: object) -> JsonObject:
        document: dict[str, object] = {"data": {"type": "csv", "path": file}, "label": "paid", "groups": GROUPS}
        return {**document, **more}  # type: ignore[dict-item]  # plain JSON


def refusal(setting: JsonObject) -> str:
    with pytest.raises(NotUsable) as caught:
        load(setting)
    return str(caught.value)
