"""A model that passed, looked at again on rows that came in since: does every constraint still hold?

One may look after each delivery, for ever: what is called broken is wrongly so with probability at most delta.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from analysis.learning.inference import Predictor, predictor
from analysis.learning.running import State
from analysis.learning.states import read_state
from analysis.safety import loading
from analysis.safety.constraints import Vocabulary
from analysis.safety.evidence import seen
from analysis.safety.loading import Loaded, NotUsable, Table
from analysis.safety.loading.table import of_frame
from analysis.safety.measures import MEASURES
from analysis.safety.models.keeping import Trained
from analysis.safety.reinforcement.looking import look_at_policy
from analysis.safety.setting import read_setting
from analysis.safety.terms import Array, Demand, Regime, Samples
from analysis.safety.testing.retesting import Delivery, Look, looked_at
from experiments.types import Json, JsonObject

LABELLED = (Regime.BINARY, Regime.MULTICLASS, Regime.REGRESSION)


def look_again(setting: JsonObject, model: bytes, deliveries: Sequence[bytes]) -> tuple[Look, ...]:
    """At each constraint of that training, after all deliveries. model: as the run kept it; deliveries: JSON lines.

    NotUsable, with everything that was found, if a delivery cannot be read as the training's data were. Of a policy,
    deliveries are episodes, as in a .jsonl file.
    """
    wish = read_setting(setting)
    if wish.regime not in LABELLED:
        return look_at_policy(setting, model, deliveries)
    state = read_state(model)
    predicts, classes = predictor(state), _classes(state)
    told: dict[str, Json] = {**setting, "features": list(predicts.origin.features), "leave_out": []}
    told |= {"classes": list(classes)} if len(classes) > 2 else {}
    found = [_loaded(told, content, place) for place, content in enumerate(deliveries, 1)]
    groups = found[-1].groups if found else {}
    vocabulary = Vocabulary.of(wish.regime, groups=groups, classes=len(classes) or None)
    demands = wish.demands(vocabulary)
    said = [_said(one, predicts) for one in found]
    return tuple(
        looked_at(demand, [_evidence(demand, samples, outputs) for samples, outputs in said]) for demand in demands
    )


def lines_of(rows: Sequence[JsonObject]) -> bytes:
    """As they are kept: one object a line, keys in order."""
    return b"".join(json.dumps(row, sort_keys=True, ensure_ascii=False).encode() + b"\n" for row in rows)


def rows_in(text: bytes) -> list[JsonObject]:
    """Of a CSV file whose first line names the columns: numbers as numbers, the rest as texts. ValueError else."""
    from io import BytesIO

    from analysis.safety.loading.csv_files import read_csv

    try:
        frame = read_csv(BytesIO(text), "The file")
    except NotUsable as error:
        raise ValueError(" ".join(f"{said} {hint}" for _, said, hint in error.findings)) from error
    return cast("list[JsonObject]", json.loads(frame.to_json(orient="records")))


def _loaded(setting: JsonObject, content: bytes, place: int) -> Loaded:
    """With the columns that the model sees: one that is missing is named, others are passed over."""
    import pandas as pd

    rows = [json.loads(line) for line in content.splitlines()]
    table: Table = of_frame(pd.DataFrame(rows), f"delivery {place}")
    return loading.of_table(table, loading.declaration_of({**setting, "duplicates": "allow"}))


def _said(loaded: Loaded, predicts: Predictor) -> tuple[Samples, Array]:
    trained = cast(Trained, predicts.model)
    features = predicts.prepared(loaded.matrix()).astype(float)
    return Samples(features, loaded.labels, loaded.groups), trained.outputs(features)


def _evidence(demand: Demand, samples: Samples, outputs: Array) -> Delivery:
    quantities = demand.constraint.quantities
    return {one: seen(one, outputs, samples, MEASURES[one.measure]) for one in quantities}


def _classes(state: State) -> tuple[Json, ...]:
    """As the data write them."""
    aim = predictor(state).aim
    return tuple(cast("Sequence[Json]", getattr(aim, "labels", ())))


__all__ = ["NotUsable", "lines_of", "look_again", "rows_in"]
