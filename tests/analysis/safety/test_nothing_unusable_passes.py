"""From the document to the verdict: what cannot be trusted is refused with its reason, in either mode; never a pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.learning.running import Reporter, Task
from analysis.safety.carrying_out import carry_out
from analysis.safety.report import Origin
from experiments.types import Json, JsonObject
from tests.analysis.runs.listening import Listener
from tests.analysis.safety.loading.tables import Folder, applicants

HARMLESS = "abs((PR | [M]) - (PR | [F])) <= 0.9"


class FirstUse:
    """A ledger in which nobody has looked into any safety set yet."""

    def count(self, origin: Origin, candidate: str, reporter: Reporter) -> int:
        return 1

    def seen(self, origin: Origin) -> int:
        return 0


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(params=["default", "engine-compatible"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def trained(setting: JsonObject) -> tuple[JsonObject, Listener]:
    """The report, and what was kept."""
    listener = Listener()
    result = carry_out(Task(setting, seed=1), listener, FirstUse())
    report = result["safety"]
    assert isinstance(report, dict)
    return report, listener


def demanding(text: str = HARMLESS, **more: Json) -> JsonObject:
    return {"constraints": [{"text": text}], "optimiser": {"type": "sqp", "iterations": 20}, **more}


def test_the_same_document_passes_with_sound_data(folder: Folder, mode: str) -> None:
    report, listener = trained(folder.setting(applicants(400), **demanding(mode=mode)))

    assert report["passed"] is True
    assert "model.safetensors" in listener.artifacts


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"income": [np.nan]}, "“income” has no value in row 1"),
        ({"income": [np.inf]}, "“income” is infinite in row 1"),
        ({"paid": [2]}, "“paid” has 3 values"),
        ({"paid": [-1]}, "“paid” has 3 values"),
        ({"sex": [None]}, "“sex” has no value in row 1"),
    ],
    ids=["not a number", "infinite", "a third label", "a label below 0", "nobody's group"],
)
def test_a_single_bad_value_ends_it(folder: Folder, mode: str, spoilt: dict[str, list[object]], said: str) -> None:
    frame = applicants(400).astype({"paid": object, "sex": object})
    for column, values in spoilt.items():
        frame.loc[0, column] = values[0]  # type: ignore[call-overload]  # any value fits a column of objects

    with pytest.raises(ValueError, match=said):
        trained(folder.setting(frame, **demanding(mode=mode)))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"column": "income", "above": 1_398.5}, "The group G has 1 row"),
        ({"column": "income", "above": 1_397.5}, "The group G has 2 rows"),
        ({"column": "income", "above": 9_999}, "The group G is empty"),
        ({"column": "sex", "equals": "male"}, "No row has “sex” equal to 'male'"),
        ("age", "“age” is not coded 0 and 1"),
    ],
)
def test_a_group_of_too_few_or_wrongly_coded(folder: Folder, mode: str, condition: Json, said: str) -> None:
    setting = folder.setting(applicants(400), **demanding("(PR | [G]) <= 1", mode=mode), groups={"G": condition})

    with pytest.raises(ValueError, match=said):
        trained(setting)


def test_a_group_of_five_is_too_small_to_be_divided(folder: Folder, mode: str) -> None:
    setting = folder.setting(
        applicants(400),
        **demanding("(PR | [G]) <= 1", mode=mode),
        groups={"G": {"column": "income", "above": 1_394.5}, "H": {"column": "income", "above": 1_300}},
    )

    with pytest.raises(ValueError, match=r"Of the group G, \d rows are left to search with and \d to test on"):
        trained(setting)


@pytest.mark.parametrize("text", [HARMLESS, "PR <= 0.99", "Hard_PR <= 0.99", "0 - FPR <= 0"])
def test_a_model_that_says_the_same_of_everyone(folder: Folder, mode: str, text: str) -> None:
    frame = applicants(400).assign(nothing=1.0, person=np.arange(400))
    setting = folder.setting(frame, **demanding(text, mode=mode, features=["nothing"], unit="person"))
    report, listener = trained(setting)

    assert report["passed"] is False
    assert "the model says the same of every row" in str(report["reason"])
    assert "model.safetensors" not in listener.artifacts


def test_rows_that_come_twice(folder: Folder, mode: str) -> None:
    frame = applicants(400)

    with pytest.raises(ValueError, match="400 of 800 rows equal an earlier one"):
        trained(folder.setting(pd.concat([frame, frame]), **demanding(mode=mode)))


def test_columns_that_are_shifted(folder: Folder, mode: str) -> None:
    lines = applicants(400).to_csv(index=False).splitlines()
    (folder.path / "applicants.csv").write_text("\n".join([lines[0], *(f"7,{line}" for line in lines[1:])]))

    with pytest.raises(ValueError, match="every column would be shifted"):
        trained(folder.about("applicants.csv", **demanding(mode=mode)))


@pytest.mark.parametrize("text", ["PR <= '0.9'", 'PR <= "0.9"', "'PR' <= 0.9", "PR <= 0.9j", "PR <= True"])
def test_texts_and_other_strangers_in_constraints(folder: Folder, mode: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"constraints\[0\]"):
        trained(folder.setting(applicants(400), **demanding(text, mode=mode)))
