"""Trials of a small world."""

from __future__ import annotations

from typing import cast

from analysis.learning.running import Task
from analysis.safety.curves.procedure import SafeTrialProcedure
from experiments.types import Json, JsonObject
from tests.analysis.learning.functions.listening import Listener

ARRESTS: JsonObject = {
    "data": {"type": "arrests"},
    "label": "released",
    "positive": "Yes",
    "groups": {
        "BLACK": {"column": "colour", "equals": "Black"},
        "WHITE": {"column": "colour", "equals": "White"},
    },
    "leave_out": ["colour", "year"],
    "duplicates": "allow",
    "constraints": [{"text": "abs((PR | [BLACK]) - (PR | [WHITE])) <= 0.06", "delta": 0.05}],
}


def setting(contender: Json = "safe", rows: int = 500, number: int = 1, **more: Json) -> JsonObject:
    return {**ARRESTS, "trial": {"rows": rows, "number": number, "contender": contender}, **more}


def result(contender: Json = "safe", rows: int = 500, number: int = 1, **more: Json) -> dict[str, Json]:
    wanted = setting(contender, rows, number, **more)
    return cast("dict[str, Json]", SafeTrialProcedure().run(Task(wanted, seed=number), Listener()))
