"""The procedure `function`: a Python function or class, called with one specification."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.functions.arguments import misfits
from analysis.learning.functions.call import Call, chance_of
from analysis.learning.functions.finding import NotFound, Target, find
from analysis.learning.functions.kinds import kind_of
from analysis.learning.functions.stepping import Occasion
from analysis.learning.running import Reporter, Task
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEYS = ("function", "specification")
ARRAYS_NAME = "result.npz"
SPLIT = "result"
MOST_FIGURES = 50


class FunctionProcedure:
    """Setting: {"function": "module:name", "specification": {…}}.

    allows: may that path be called here? A path in a document is code to be run, so somebody must have allowed it.
    """

    name: ClassVar[str] = "function"

    def __init__(self, allows: Callable[[str], bool]) -> None:
        self._allows = allows

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        """Wrong keys, a function that is not allowed or not there, a specification that does not fit its parameters."""
        found = [(key, f"A setting of a function has no {key}: it has function and specification.") for key in setting]
        found = [fault for fault in found if fault[0] not in KEYS]
        specification = setting.get("specification", {})
        if not isinstance(specification, Mapping):
            return [*found, ("specification", "A specification is a mapping from names to values.")]
        target, sentence = self._target(setting.get("function"))
        if target is None:
            return [*found, ("function", sentence)]
        fitted = _called(target)
        return found + [(f"specification.{key}", text) for key, text in misfits(fitted, specification)]

    def identity(self, setting: JsonObject) -> JsonObject:
        """Hashes of the code that the function can reach; see `code_of`."""
        from analysis.learning.functions.code import code_of

        return {"code": code_of(find(str(setting["function"])))}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        """Call it. PermissionError if the path is not allowed here; NotFound if it leads nowhere."""
        path = str(task.setting["function"])
        if not self._allows(path):
            raise PermissionError(_not_allowed(path))
        specification = task.setting.get("specification", {})
        assert isinstance(specification, Mapping)  # noqa: S101 (`faults` looked at it before it was queued)
        target, call = find(path), Call(task, reporter)
        with chance_of(task.seed):
            try:
                outcome = kind_of(target).run(target, Occasion(task, specification, call, reporter))
            finally:
                call.keep_log()
        if figures := figures_of(outcome.value):
            reporter.measured(epoch=max(1, call.step), split=SPLIT, values=figures)
        if outcome.arrays:
            reporter.artifact(name=ARRAYS_NAME, content=_npz(outcome.arrays), kind="arrays")
        return outcome.as_json()

    def _target(self, path: Json) -> tuple[Target | None, str]:
        if not isinstance(path, str):
            return None, "Say which function: package.module:function."
        if not self._allows(path):
            return None, _not_allowed(path)
        try:
            return find(path), ""
        except NotFound as error:
            return None, str(error)


def figures_of(value: Json) -> dict[str, float]:
    """The numbers at the top of a result, as measures to sort and draw runs by."""
    named = value if isinstance(value, Mapping) else {"value": value}
    numbers = ((str(key), each) for key, each in named.items() if isinstance(each, int | float))
    return {key: float(each) for key, each in islice(numbers, MOST_FIGURES)}


def _called(target: Target) -> Target:
    """What the specification is given to."""
    main = getattr(target, "main", None)
    if kind_of(target).name == "checkpointed":
        return _takes_all
    return main.__get__(object()) if main is not None and isinstance(target, type) else target


def _takes_all(specification: JsonObject, /) -> None:
    """A checkpointed computation is given the whole dictionary."""


def _not_allowed(path: str) -> str:
    return (
        f"{path} may not be called here. A path in a document is code to be run: whoever runs this server adds its "
        "package to ALLOWED_CODE; run_batch allows the function it is given."
    )


def _npz(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    import numpy as np

    written = io.BytesIO()
    np.savez_compressed(written, allow_pickle=False, **arrays)
    return written.getvalue()
