"""Decisions out of the database, as episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, cast

import numpy as np
from django.utils import timezone

from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import Table, of_frame
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.terms import Array
from analysis.safety.testing.resemblance import Marks, row_marks
from bandits.evaluation.logging_chances import LoggingChances
from bandits.evaluation.question import Question
from bandits.evaluation.reading import Logged, Source
from bandits.features import Feature, parse_features
from bandits.learning import Learning, learning_of
from bandits.logged.source import moment
from bandits.services.states import require_learning
from experiments.errors import Refusal
from experiments.models import Arm, Experiment
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from bandits.logged.source import Decisions

MOST_KEYS = 200


def identity(decisions: Decisions) -> JsonObject:
    """How many settled decisions there are, the last of them, and what they earned."""
    source, _ = _source(decisions)
    n, last, earned = source.tally()
    return {"experiment": source.experiment.pk, "decisions": n, "last": last, "earned": earned}


def recorded(decisions: Decisions) -> Recorded:
    """NotUsable where there is nothing to learn from, or a measure is missing."""
    source, learning = _source(decisions)
    rows, left_out = _rows(source)
    if not rows:
        raise NotUsable([(("data",), "No settled decision counts in this window.", "Choose a longer one.")])
    names = dict(Arm.objects.filter(experiment=source.experiment).order_by("pk").values_list("pk", "name"))
    played = {row.arm_id for row in rows}
    places = {pk: place for place, pk in enumerate(pk for pk in names if pk in played)}
    seen = _Seen.of(decisions, learning, rows)
    return Recorded(
        f"{source.experiment.slug}, {len(rows):,} decisions",
        _episodes(decisions, rows, seen, places),
        _attributes(rows, source.experiment.slug),
        returns=_returns(decisions, learning),
        remarks=left_out,
        meaning={
            "experiment": source.experiment.slug,
            "arms": [names[pk] for pk in places],
            "features": list(seen.declared),
        },
        is_adaptive=len({row.policy_version for row in rows}) > 1,
        keys=_keys(source.experiment.pk, rows),
    )


def _keys(experiment: int, rows: Sequence[Logged]) -> Marks:
    """The same decision is the same episode, whatever window it is read in, and whatever is seen of its context."""
    pks = np.array([row.pk for row in rows], dtype=np.float64)
    return row_marks({"experiment": np.full(len(rows), float(experiment)), "decision": pks})


def _episodes(decisions: Decisions, rows: list[Logged], seen: _Seen, places: Mapping[int, int]) -> Episodes:
    """Of one step each. places: of the arms' keys."""
    return Episodes(
        np.arange(len(rows) + 1),
        seen.observations,
        np.array([[places[row.arm_id]] for row in rows], dtype=np.float64),
        _rewards(decisions, rows),
        np.array([row.propensity for row in rows]),
        names=seen.names,
    )


def rows_of(decisions: Decisions, arms: Sequence[str], *, after: int) -> list[JsonObject]:
    """One object a decision, as .jsonl files of episodes have them; those with a key above `after`. arms: by action.

    NotUsable for a decision for another arm, whose weight nobody could say.
    """
    source, learning = _source(decisions)
    rows = [row for row in _rows(source)[0] if row.pk > after]
    if not rows:
        return []
    names = dict(Arm.objects.filter(experiment=source.experiment).values_list("pk", "name"))
    if strange := {names[row.arm_id] for row in rows} - set(arms):
        said = f"Decisions for “{min(strange)}” are among them, an arm that the policy does not know."
        raise NotUsable([(("data",), said, "Train a policy that knows it.")])
    seen, rewards = _Seen.of(decisions, learning, rows).observations.tolist(), _rewards(decisions, rows).tolist()
    return [
        {
            **{key: value for key, value in row.context.items() if _is_plain(value)},
            "decision": row.pk,
            "observations": [numbers],
            "actions": [arms.index(names[row.arm_id])],
            "rewards": [earned[0]],
            "chances": [row.propensity],
            **({"alternates": [earned[1:]]} if len(earned) > 1 else {}),
        }
        for row, numbers, earned in zip(rows, seen, rewards, strict=True)
    ]


def _source(decisions: Decisions) -> tuple[Source, Learning]:
    experiment = Experiment.objects.filter(slug=decisions.experiment).first()
    if experiment is None:
        said = f"There is no experiment “{decisions.experiment}”."
        raise NotUsable([(("data", "experiment"), said, "Write the slug of one that learns.")])
    try:
        learning = learning_of(require_learning(experiment))
        question = Question(
            policy={"policy": "simple"},
            since=moment(decisions.since) if decisions.since else None,
            until=moment(decisions.until) if decisions.until else None,
            is_rehearsal=decisions.rehearsal,
        )
    except Refusal as refusal:
        raise NotUsable([(("data",), refusal.message, refusal.hint or "")]) from refusal
    return Source(experiment, question, learning.default, timezone.now()), learning


def _rows(source: Source) -> tuple[list[Logged], tuple[str, ...]]:
    """Those that count, and in words how many do not."""
    summary = source.summary()
    if not summary.usable:
        return [], ()
    arms = dict(Arm.objects.filter(experiment=source.experiment).order_by("pk").values_list("pk", "name"))
    chances = LoggingChances(source, summary, list(arms.values()))
    version_id = require_learning(source.experiment)
    rows = list(source.logged())
    kept = [
        row
        for row in rows
        if not chances.is_halted(row.policy_version) and not chances.is_foreign(row.policy_version, version_id)
    ]
    gone = {
        "are still open": summary.open,
        "were excluded": summary.excluded,
        "had no reward, and none is declared for that": summary.unrewarded,
        "were the kill switch's, or of another reward": len(rows) - len(kept),
    }
    return kept, tuple(f"{n:,} decisions {why}: they do not count." for why, n in gone.items() if n)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a policy sees. declared: the features as they were written, for those who act by what was learnt."""

    observations: Array
    names: tuple[str, ...]
    declared: Sequence[Json]

    @classmethod
    def of(cls, decisions: Decisions, learning: Learning, rows: Sequence[Logged]) -> _Seen:
        """Declared features; else the numbers of the context's `features`; else nothing: then one constant."""
        declared = list(decisions.features) or cast("list[Json]", list(_declared(learning)))
        if declared:
            features = parse_features(declared)
            numbers = np.array([[one.of(row.context) for one in features] for row in rows], dtype=np.float64)
            return cls(numbers, tuple(_named(one, place) for place, one in enumerate(features)), declared)
        given = [row.context.get("features") for row in rows]
        if all(isinstance(one, list) for one in given) and len({len(cast("list[Json]", one)) for one in given}) == 1:
            numbers = np.array(given, dtype=np.float64)
            return cls(numbers, tuple(f"features[{place}]" for place in range(numbers.shape[1])), ())
        return cls(np.zeros((len(rows), 1)), ("nothing",), ())


def _declared(learning: Learning) -> Sequence[Json]:
    declared = learning.allocation.get("features")
    return declared if isinstance(declared, list) else ()


def _named(feature: Feature, place: int) -> str:
    if not feature.attribute:
        return f"constant {place}"
    return f"{feature.attribute} is {' or '.join(feature.values)}" if feature.values else feature.attribute


def _rewards(decisions: Decisions, rows: Sequence[Logged]) -> Array:
    """The reward, then the alternates. NotUsable for a decision that lacks one of them."""
    columns = [[row.value for row in rows]]
    for name in decisions.alternates:
        values = [row.measures.get(name) for row in rows]
        if lacking := sum(value is None for value in values):
            said = f"{lacking:,} of {len(rows):,} decisions came without “{name}”."
            raise NotUsable([(("data", "alternates"), said, "Name measures that come with every reward.")])
        columns.append([float(cast(float, value)) for value in values])
    return np.array(columns, dtype=np.float64).T


def _returns(decisions: Decisions, learning: Learning) -> Returns:
    """What the experiment declares of its measures."""
    from experiments.published import blueprint_of

    spans = {0: learning.bounds} if all(map(isfinite, learning.bounds)) else {}
    version_id = Experiment.objects.values_list("version_id", flat=True).get(slug=decisions.experiment)
    measures = blueprint_of(version_id).measures
    for place, name in enumerate(decisions.alternates, start=1):
        one = measures.get(name)
        if one is not None and one.kind == "boolean":
            spans[place] = (0.0, 1.0)
        elif one is not None and one.low is not None and one.high is not None:
            spans[place] = (one.low, one.high)
    return Returns(1.0, spans=spans, horizon=1, fixed=True)


def _attributes(rows: Sequence[Logged], name: str) -> Table:
    """Plain values of the contexts, by key; what a context lacks is missing."""
    import pandas as pd

    keys = list(dict.fromkeys(key for row in rows for key, value in row.context.items() if _is_plain(value)))[
        :MOST_KEYS
    ]
    columns = {key: [_plain(row.context.get(key)) for row in rows] for key in keys}
    return of_frame(pd.DataFrame({"decision": [row.pk for row in rows], **columns}), name)


def _is_plain(value: Json) -> bool:
    return isinstance(value, str | int | float)


def _plain(value: Json) -> Json:
    return value if _is_plain(value) else None
