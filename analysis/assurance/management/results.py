"""What a command that trained has to tell and to leave: lines, a summary, files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from analysis.assurance.reads import Ended
from analysis.runs import store
from analysis.runs.models import Batch, Status
from analysis.runs.services.keeping import kept_of
from analysis.safety.wording import lines
from experiments.types import Json, JsonObject

LONGEST: Final = 2_000


def lines_of(batch: Batch, found: Sequence[Ended]) -> Iterator[str]:
    """Every training, then all together where they are several."""
    for one in found:
        if len(found) > 1:
            yield f"Run {one.run.number}  {_choices(one)}".rstrip()
        if one.report is not None:
            yield from lines(one.report)
        if one.test is not None and one.report is not None and one.test.passed != one.report.passed:
            yield f"It does not count as passed: {one.test.reason}"
        if one.report is None:
            yield _without(one)
    if len(found) > 1:
        n = sum(one.passed for one in found)
        yield f"{n:,} of {len(found):,} trainings of “{batch.slug}” passed."


def summary_of(batch: Batch, found: Sequence[Ended]) -> JsonObject:
    """The same for scripts."""
    return {
        "batch": batch.slug,
        "experiment": batch.experiment.slug,
        "passed": sum(one.passed for one in found),
        "trainings": [_one(one) for one in found],
    }


def write_files(found: Sequence[Ended], folder: Path) -> int:
    """`run-1/report.json`, and every file that the run kept (model, trace). How many files."""
    n = 0
    for one in found:
        place = folder / f"run-{one.run.number}"
        place.mkdir(parents=True, exist_ok=True)
        if one.report is not None:
            text = json.dumps(one.report.as_json(), indent=2, ensure_ascii=False)
            (place / "report.json").write_text(text, encoding="utf-8")
            n += 1
        for artifact in one.run.artifacts.order_by("name"):
            (place / Path(artifact.name).name).write_bytes(store.content(kept_of(artifact)))
            n += 1
    return n


def _one(one: Ended) -> JsonObject:
    found: dict[str, Json] = {
        "run": str(one.run.uuid),
        "number": one.run.number,
        "status": one.run.status,
        "passed": one.passed,
        "report": None if one.report is None else one.report.as_json(),
    }
    if one.run.status == Status.FAILED:
        found |= {"error": one.run.error[:LONGEST], "error_kind": one.run.error_kind}
    if one.test is not None:
        found |= {"test": str(one.test.uuid), "reason": one.test.reason}
    return found


def _without(one: Ended) -> str:
    if one.run.status == Status.FAILED:
        return f"It could not be done: {one.run.error[:LONGEST]}"
    return f"It is {one.run.get_status_display().lower()}; nothing was tested."


def _choices(one: Ended) -> str:
    proposal = one.run.proposal if isinstance(one.run.proposal, dict) else {}
    choices = proposal.get("choices")
    return ", ".join(f"{name} = {value}" for name, value in choices.items()) if isinstance(choices, dict) else ""
