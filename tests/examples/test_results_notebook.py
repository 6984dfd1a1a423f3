"""The example notebook runs from the first cell to the last, without magics and without a server."""

from __future__ import annotations

import json

import pytest

from experiments.models import Experiment
from machina_site.paths import BASE
from tests.analysis.results.conftest import assigned, measure
from tests.studies import running_example

pytestmark = pytest.mark.django_db
CELLS = json.loads((BASE / "examples" / "notebooks" / "results.ipynb").read_text())["cells"]
CODE = ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]


@pytest.fixture
def lunch(monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """The study that the notebook speaks of, rehearsed by twelve."""
    monkeypatch.chdir(BASE)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "")  # as it was, afterwards
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    found = running_example("minimal.yaml")
    names = list(found.arms.values_list("name", flat=True))
    for place, unit in enumerate(assigned(found, *names * 6, is_rehearsal=True)):
        measure(found, unit, "appetite", 20 + 5 * place)
    return found


def test_every_cell_runs_and_shows_itself(lunch: Experiment) -> None:
    assert not any(line.startswith(("%", "!")) for cell in CODE for line in cell.splitlines())
    known: dict[str, object] = {}

    for cell in CODE:
        exec(compile(cell, "results.ipynb", "exec"), known)  # noqa: S102  (our own example)

    assert len(known["table"]) == 1  # type: ignore[arg-type]  # a frame
    assert known["answers"](lunch.slug, is_rehearsal=True)._repr_html_().startswith("<table>")  # type: ignore[operator]  # a function
    assert "<svg" in known["kept"].read_text()  # type: ignore[attr-defined]  # a path
