"""What is known of people's ways through an experiment, as values that can be judged; and both analyses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final, cast

from django.db.models import Aggregate, Avg, FloatField, Q, QuerySet

from crowd.models import Campaign, QualityMark, Submission
from crowd.quality.judging import PageLeft, Passage, Typical
from crowd.quality.rule import SIGNS, Rule, rule_of
from crowd.quality.texts import twins
from experiments.blueprint import Blueprint
from experiments.models import Experiment, Measurement
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject
from participants.models import Interaction, Session, Trial
from participants.services.erasing import written_in

ENDED: Final = Q(status=Session.Status.COMPLETED) | Q(status=Session.Status.WITHDRAWN)
LEFT: Final = ("blur", "visibility")


class Median(Aggregate):
    """percentile_cont(0.5)."""

    function = "percentile_cont"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def typical_of(experiment: Experiment) -> Typical:
    """The median of each step over everybody, in seconds. One query."""
    rows = Trial.objects.filter(session__experiment=experiment, session__is_rehearsal=False).order_by()
    medians = rows.values_list("step").annotate(ms=Median("duration_ms"))
    return Typical({step: ms / 1000 for step, ms in medians})


def texts_of(experiment: Experiment) -> dict[int, list[str]]:
    """Session > what they wrote, of everybody who ended. One query beside the versions'."""
    rows = Trial.objects.filter(ENDED_TRIAL, session__experiment=experiment, session__is_rehearsal=False)
    found: dict[int, list[str]] = defaultdict(list)
    asked: dict[int, set[str]] = {}
    for session, version, answer in rows.values_list("session", "session__version", "answer").iterator():
        if version not in asked:
            asked[version] = {each.name for each in written_in(blueprint_of(version))}
        found[session] += _texts(answer, asked[version])
    return {session: texts for session, texts in found.items() if texts}


ENDED_TRIAL: Final = Q(session__status=Session.Status.COMPLETED)


def twins_in(experiment: Experiment) -> dict[int, set[int]]:
    """Session > sessions in which the same was written."""
    return twins(texts_of(experiment))


def passages_of(sessions: Sequence[Session], same: Mapping[int, Collection[int]]) -> dict[int, Passage]:
    """What is known of each. Two queries, however many there are."""
    trials: dict[int, list[Trial]] = defaultdict(list)
    for trial in Trial.objects.filter(session__in=sessions).order_by("pk"):
        trials[trial.session_id].append(trial)
    noticed: dict[int, list[tuple[str, JsonObject]]] = defaultdict(list)
    rows = Interaction.objects.filter(session__in=sessions, kind__in=(*LEFT, "paste", "automation")).order_by("pk")
    for session, kind, payload in rows.values_list("session", "kind", "payload"):
        noticed[session].append((kind, payload if isinstance(payload, dict) else {}))
    return {
        session.pk: _passage(session, trials[session.pk], noticed[session.pk], len(same.get(session.pk, ())))
        for session in sessions
    }


def rules_of(sessions: Sequence[Session]) -> dict[int, Rule]:
    """Session > the rule of the campaign that it came by, else the one registered first for its experiment.

    Two queries. The plain rule where no campaign of the experiment was published.
    """
    rows = Submission.objects.filter(session__in=sessions).order_by("pk")
    terms = dict(rows.values_list("session", "posting__campaign__terms"))
    experiments = {session.experiment_id for session in sessions if session.pk not in terms}
    published = Campaign.objects.filter(experiment__in=experiments).exclude(status=Campaign.Status.DRAFT)
    first = dict(published.order_by("-confirmed_at", "-pk").values_list("experiment", "terms"))
    return {session.pk: _rule(terms.get(session.pk, first.get(session.experiment_id))) for session in sessions}


def unjudged() -> list[int]:
    """Ids of experiments in which somebody completed who is not judged. One query."""
    rows = Session.objects.filter(status=Session.Status.COMPLETED, quality=None, is_rehearsal=False).order_by()
    return sorted(rows.values_list("experiment", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one arm and measure: n people, mean and standard deviation of their means; None where there is none."""

    n: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class BothWays:
    """The same with everybody and without whom the rule leaves out, or a person does not use."""

    measure: str
    arm: str
    everybody: Summary
    kept: Summary


def both_analyses(experiment: Experiment, *, is_rehearsal: bool = False) -> list[BothWays]:
    """Every numeric measure by arm, both ways. Two queries."""
    out = left_out(experiment)
    rows = Measurement.objects.filter(
        experiment=experiment, number__isnull=False, unit__in=_units(experiment, is_rehearsal)
    )
    by = ("measure__name", "unit__assignment__arm__name", "unit")
    means = rows.order_by().values_list(*by).annotate(v=Avg("number"))
    everybody: dict[tuple[str, str], list[float]] = defaultdict(list)
    kept: dict[tuple[str, str], list[float]] = defaultdict(list)
    for measure, arm, unit, value in means:
        everybody[measure, arm or "no arm"].append(value)
        if unit not in out:
            kept[measure, arm or "no arm"].append(value)
    return [BothWays(*key, _summary(values), _summary(kept[key])) for key, values in sorted(everybody.items())]


def left_out(experiment: Experiment) -> set[int]:
    """Units of people whom the rule leaves out or whom a person does not use. One query."""
    unused = Session.objects.filter(pk__in=Submission.objects.filter(is_used=False).values("session"))
    rows = Session.objects.filter(Q(quality__is_excluded=True) | Q(pk__in=unused), experiment=experiment)
    return set(rows.values_list("unit", flat=True))


@dataclass(frozen=True, slots=True)
class Found:
    """How often a sign was found, and how many are left out for it."""

    sign: str
    n: int
    excluded: int

    @property
    def title(self) -> str:
        """The sign, as people read it."""
        return SIGNS.get(self.sign, self.sign)


@dataclass(frozen=True, slots=True)
class Glance:
    """Of a campaign: how many were judged, their mean score, how many are left out, and each sign."""

    judged: int
    score: float | None
    excluded: int
    signs: tuple[Found, ...]


def glance_of(campaign: Campaign) -> Glance:
    """One query."""
    sessions = Submission.objects.filter(posting__campaign=campaign).values("session")
    marks = list(QualityMark.objects.filter(session__in=sessions))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mark in marks:
        for finding in cast("list[dict[str, str]]", mark.findings):
            counts[finding["sign"]][0] += 1
            counts[finding["sign"]][1] += finding["sign"] in mark.because.split(", ")
    signs = tuple(Found(sign, *numbers) for sign, numbers in sorted(counts.items(), key=lambda row: -row[1][0]))
    mean = round(sum(mark.score for mark in marks) / len(marks), 3) if marks else None
    return Glance(len(marks), mean, sum(mark.is_excluded for mark in marks), signs)


def _units(experiment: Experiment, is_rehearsal: bool) -> QuerySet[Session, Any]:
    done = Session.objects.filter(experiment=experiment, status=Session.Status.COMPLETED)
    return done.filter(is_rehearsal=is_rehearsal).values("unit")


def _summary(values: Sequence[float]) -> Summary:
    n = len(values)
    if not n:
        return Summary(0, None, None)
    mean = sum(values) / n
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1)) if n > 1 else None
    return Summary(n, mean, spread)


def _rule(terms: object) -> Rule:
    quality = terms.get("quality") if isinstance(terms, Mapping) else None
    return rule_of(quality if isinstance(quality, Mapping) else {})


def _passage(
    session: Session, trials: Sequence[Trial], noticed: Sequence[tuple[str, JsonObject]], n_twins: int
) -> Passage:
    definition = blueprint_of(session.version_id)
    missed = _missed(definition, trials)
    names = {each.name for each in written_in(definition)}
    pasted = [payload for kind, payload in noticed if kind == "paste"]
    return Passage(
        pages=tuple(PageLeft(trial.step, trial.duration_ms / 1000, bool(trial.client)) for trial in trials),
        attention_missed=missed["attention"],
        comprehension_missed=missed["comprehension"],
        pasted=sum(_whole(payload.get("length")) for payload in pasted),
        written=sum(len(text) for trial in trials for text in _texts(trial.answer, names)),
        away=sum(kind == "blur" for kind, _ in noticed),
        flags=tuple(sorted({str(payload.get("flag", "")) for kind, payload in noticed if kind == "automation"})),
        twins=n_twins,
    )


def _missed(definition: Blueprint, trials: Sequence[Trial]) -> dict[str, int]:
    kinds = {part.name: part.check for step in definition.steps for part in step.components if part.check}
    missed = {"attention": 0, "comprehension": 0}
    for trial in trials:
        for name, passed in (trial.checks if isinstance(trial.checks, Mapping) else {}).items():
            kind = "attention" if kinds.get(name) == "attention" else "comprehension"
            missed[kind] += passed is False
    return missed


def _texts(answer: Json, names: Collection[str]) -> list[str]:
    given = answer if isinstance(answer, Mapping) else {}
    return [text for name in names if name in given for text in _strings(given[name])]


def _strings(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _strings(each)]


def _whole(value: Json | None) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0
