"""What came out of a batch: row by row, as a data frame, as files.

from machina_site.notebook import connect
connect()                               # outside of manage.py
from analysis.runs.results import results
results("my-batch")                     # pandas: a row for each run, or for each output of a long series
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.learning.functions.plain import restored
from analysis.learning.functions.procedure import ARRAYS_NAME
from analysis.learning.naming import flat
from analysis.runs import store
from analysis.runs.models import Artifact, Batch, Run, Status
from analysis.runs.services.keeping import kept_of
from experiments.errors import Unknown
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One result. setting: what varies, by dotted path. values: what came out, by dotted path. error: why it failed."""

    run: int
    status: str
    setting: Mapping[str, Json]
    values: Mapping[str, object] = field(default_factory=dict)
    place: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""

    def as_record(self) -> dict[str, object]:
        """One flat mapping. A value whose name is taken is called ``result.name``, a setting ``setting.name``."""
        ours = {"status": self.status, "seconds": self.seconds, "error": self.error}
        settings = {
            f"setting.{key}" if key in ours or key == "run" else key: each for key, each in self.setting.items()
        }
        names = {"run": self.run, **self.place, **settings}
        values = {f"result.{key}" if key in names or key in ours else key: each for key, each in self.values.items()}
        return {**names, **values, **ours}


def batch_called(slug: str) -> Batch:
    """Unknown, with the names there are."""
    batch = Batch.objects.select_related("experiment__study").filter(slug=slug).first()
    if batch is None:
        known = ", ".join(Batch.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise Unknown(f"There is no batch “{slug}”.", hint=f"Batches: {known}.")
    return batch


def rows(batch: Batch, *, with_arrays: bool = False, with_old: bool = False) -> Iterator[Row]:
    """Every run in its order; of a long series a row for each output, of runs under way nothing but where they stand.

    with_arrays: large arrays in their places again, read from the files beside the runs. with_old: also runs that the
    document asks for no more, or that older code computed.
    """
    runs = Run.objects.filter(batch=batch).defer("traceback", "progress").order_by("number")
    runs = runs if with_old else runs.filter(is_wanted=True)
    for run in runs.iterator(chunk_size=AT_ONCE):
        arrays = _arrays(run) if with_arrays and run.status == Status.COMPLETED else None
        yield from _rows(run, arrays)


def results(batch: str | Batch, *, with_arrays: bool = False, only_completed: bool = True) -> pd.DataFrame:
    """A data frame, one row for each result that the document asks for. Unknown if there is no such batch.

    Columns: run, fold and seed where they vary, the setting, the values, status, seconds, error. only_completed: leave
    out runs that failed or are still to be done.
    """
    import pandas as pd

    found = rows(batch if isinstance(batch, Batch) else batch_called(batch), with_arrays=with_arrays)
    wanted = [row for row in found if not only_completed or row.status == Status.COMPLETED]
    frame = pd.DataFrame([row.as_record() for row in wanted])
    if only_completed and not frame.empty:
        frame = frame.drop(columns=["status", "error"])
    return frame


def _rows(run: Run, arrays: Mapping[str, NDArray[np.generic]] | None) -> Iterator[Row]:
    result = run.result if isinstance(run.result, Mapping) else {}
    outputs = result.get("outputs")
    base = _setting(run)
    common = {"run": run.number, "status": run.status, "place": _place(run), "seconds": run.seconds, "error": run.error}
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, Mapping):
            own = output.get("specification")
            setting = {**base, **flat(own if isinstance(own, Mapping) else {})}
            yield Row(**common, setting=setting, values=_values(output.get("value"), arrays))  # type: ignore[arg-type]  # the columns above
    if not outputs or result.get("value") is not None:
        yield Row(**common, setting=base, values=_result(run, result, arrays))  # type: ignore[arg-type]  # the columns above


def _result(run: Run, result: JsonObject, arrays: Mapping[str, NDArray[np.generic]] | None) -> dict[str, object]:
    """A function's value; of other procedures what they measured last."""
    if "value" in result:
        return _values(result["value"], arrays)
    latest = run.latest if isinstance(run.latest, Mapping) else {}
    return {**{key: restored(value) for key, value in flat(latest).items() if key}, **_values(result, arrays)}


def _values(value: Json, arrays: Mapping[str, NDArray[np.generic]] | None) -> dict[str, object]:
    again = restored(value, arrays)
    return _flattened(again) if isinstance(again, dict) else {"value": again}


def _flattened(value: Mapping[str, object], before: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, each in value.items():
        name = f"{before}{key}"
        found |= _flattened(each, f"{name}.") if isinstance(each, dict) and each else {name: each}
    return found


def _setting(run: Run) -> dict[str, Json]:
    """Of a function its specification alone: every row has the same function."""
    setting = run.setting if isinstance(run.setting, Mapping) else {}
    specification = setting.get("specification")
    return flat(specification) if "function" in setting and isinstance(specification, Mapping) else flat(setting)


def _place(run: Run) -> dict[str, int]:
    place = {"outer_fold": run.outer_fold, "inner_fold": run.inner_fold, "seed": run.seed}
    return {name: number for name, number in place.items() if number is not None}


def _arrays(run: Run) -> Mapping[str, NDArray[np.generic]] | None:
    artifact = Artifact.objects.filter(run=run, name=ARRAYS_NAME).first()
    if artifact is None:
        return None
    import numpy as np

    with np.load(io.BytesIO(store.content(kept_of(artifact))), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
