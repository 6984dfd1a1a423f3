"""What the folds of a batch say: settings ranked and compared, and of a nested scheme how good the choice is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from analysis.learning.components import ComponentError
from analysis.learning.running import Fold
from analysis.learning.validation import Nested, parse_validation
from analysis.learning.validation.choosing import Choice, Figure, Ranked, nested_choice, ranking
from analysis.learning.validation.scheme import Scheme
from analysis.runs.board.parameters import as_text, short_names
from analysis.runs.measure import Goal
from analysis.runs.models import Batch, Run, Status
from analysis.statistics.resampling import CONFIDENCE, Folded
from experiments.blueprint import json_object
from experiments.errors import BadValue
from experiments.types import Json, JsonObject

COLUMNS = ("pk", "number", "setting", "setting_digest", "outer_fold", "inner_fold", "seed", "epochs", "proposal")
FIGURES = ("status", "primary", "latest", "result")


@dataclass(frozen=True, slots=True)
class FoldReport:
    """Of the settings of a batch that are divided by one scheme.

    spec: the scheme as it stands in their settings. ranked: the best first. choices: of each setting, by its digest,
    what was chosen for it. choice: of a nested scheme. counts: runs by status. n_silent: completed ones without a
    figure: it was not measured, or is no number. names: of each swept place, as short as tells it from the others.
    """

    batch: Batch
    goal: Goal
    spec: JsonObject
    scheme: Scheme
    ranked: Sequence[Ranked]
    choices: Mapping[str, JsonObject]
    choice: Choice | None
    counts: Mapping[str, int]
    names: Mapping[str, str]
    n_silent: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every run has a figure."""
        return bool(self.ranked) and all(row.is_complete for row in self.ranked) and self._is_judged

    @property
    def _is_judged(self) -> bool:
        return self.choice is None or self.choice.summary is not None

    def named(self, setting: str) -> str:
        """What was chosen for it, in a line: hidden = 32, lr = 0.1."""
        chosen = (f"{self.names[key]} = {as_text(value)}" for key, value in self.choices[setting].items())
        return ", ".join(chosen) or "the only setting"

    def as_json(self, *, at_most: int | None = None) -> JsonObject:
        """Plain. at_most: settings, the best of them."""
        return {
            "measure": {"name": self.goal.name, "split": self.goal.split, "direction": self.goal.direction},
            "validation": self.spec,
            "confidence": CONFIDENCE,
            "is_complete": self.is_complete,
            "runs": dict(self.counts),
            "n_silent": self.n_silent,
            "n_settings": len(self.ranked),
            "settings": [self._row(row) for row in self.ranked[:at_most]],
            "nested": None if self.choice is None else self._nested(self.choice),
        }

    def _row(self, row: Ranked) -> JsonObject:
        values: list[Json] = [{**_fold(fold), "value": value} for fold, value in row.values.items()]
        return {
            "setting": row.setting,
            "choices": self.choices[row.setting],
            **_summary(row.summary),
            "behind": None if row.behind is None else _summary(row.behind),
            "values": values,
            "missing": [_fold(fold) for fold in row.missing],
        }

    def _nested(self, choice: Choice) -> JsonObject:
        chosen: list[Json] = [
            {"outer": one.fold, "setting": one.setting, "choices": self.choices[one.setting],
             "inner_mean": one.inner, "value": one.outer}
            for one in choice.chosen
        ]  # fmt: skip
        votes: list[Json] = [{"setting": key, "n": n} for key, n in choice.votes.items()]
        return {
            **_summary(choice.summary),
            "chosen": chosen,
            "missing": list(choice.missing),
            "votes": votes,
            "best": choice.best,
        }


def fold_reports(batch: Batch, *, name: str = "", split: str = "") -> list[FoldReport]:
    """One for each way in which the batch's settings are divided; mostly one. Two queries at most.

    name, split: of another measure than the batch's own. BadValue if there is none.
    """
    goal = _goal(batch, name, split)
    runs = list(batch.runs.only("batch_id", *COLUMNS, *FIGURES).order_by("number"))
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(repr(_spec(run)), []).append(run)
    return [_report(batch, goal, group) for group in groups.values()]


def _goal(batch: Batch, name: str, split: str) -> Goal:
    goal = Goal.of(batch)
    goal = replace(goal, name=name or goal.name, split=split or goal.split)
    if name:
        goal = replace(goal, direction=_direction(goal, name, Goal.of(batch)))
    if not goal.name:
        raise BadValue("This batch names no measure.", hint="Say which one: its name, and the split it is measured on.")
    return goal


def _direction(goal: Goal, name: str, own: Goal) -> str:
    from analysis.learning.metrics import more_is_better

    better = more_is_better(name)
    if name == own.name or better is None:
        return own.direction
    return "maximise" if better else "minimise"


def _report(batch: Batch, goal: Goal, runs: Sequence[Run]) -> FoldReport:
    spec = _spec(runs[0])
    scheme = _scheme(spec)
    current = _current(runs)
    own = Goal.of(batch)
    figures = [
        Figure(run.setting_digest, Fold(run.outer_fold, run.inner_fold), _value(run, goal, own)) for run in current
    ]
    choices = {run.setting_digest: json_object(json_object(run.proposal).get("choices")) for run in current}
    return FoldReport(
        batch=batch,
        goal=goal,
        spec=spec,
        scheme=scheme,
        ranked=ranking(figures, scheme, maximise=goal.maximises),
        choices=choices,
        names=_names({key for chosen in choices.values() for key in chosen}),
        choice=nested_choice(figures, scheme, maximise=goal.maximises) if isinstance(scheme, Nested) else None,
        counts=dict(Counter(run.status for run in current)),
        n_silent=sum(
            figure.value is None and run.status == Status.COMPLETED
            for figure, run in zip(figures, current, strict=True)
        ),
    )


def _current(runs: Sequence[Run]) -> list[Run]:
    """Of each setting, fold and seed the newest run, and of the most epochs: rungs below are no folds."""
    most: dict[str, int] = {}
    for run in runs:
        most[run.setting_digest] = max(run.epochs, most.get(run.setting_digest, 0))
    newest = {
        (run.setting_digest, run.outer_fold, run.inner_fold, run.seed): run
        for run in runs
        if run.epochs == most[run.setting_digest]
    }
    return list(newest.values())


def _names(keys: Set[str]) -> dict[str, str]:
    paths = {key: tuple(int(part) if part.isdecimal() else part for part in key.split(".")) for key in sorted(keys)}
    short = short_names([*paths.values()])
    return {key: short[path] for key, path in paths.items()}


def _value(run: Run, goal: Goal, own: Goal) -> float | None:
    if run.status != Status.COMPLETED:
        return None
    return run.primary if goal == own else goal.value(run)


def _spec(run: Run) -> JsonObject:
    return json_object(json_object(run.setting).get("validation"))


def _scheme(spec: JsonObject) -> Scheme:
    """BadValue if it cannot be read: a scheme of another package, not installed here."""
    try:
        return parse_validation(spec or None)
    except ComponentError as error:
        raise BadValue("How these samples were divided cannot be read here.", hint=str(error)) from error


def _fold(fold: Fold) -> JsonObject:
    return {"outer": fold.outer, "inner": fold.inner}


def _summary(found: Folded | None) -> JsonObject:
    if found is None:
        return {"n": 0, "mean": None, "sd": None, "low": None, "high": None}
    return {"n": found.n, "mean": found.mean, "sd": found.sd, "low": found.low, "high": found.high}
