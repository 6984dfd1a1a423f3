"""A frozen report as a paper: what came out, how, from what, and with which references. Nothing is computed anew but
pictures, and those only if the record still gives every frozen figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import cast

from analysis.registered.deviations import UNANSWERED
from analysis.registered.document import EstimandKind, Plan, Role, parse
from analysis.registered.models import Report
from analysis.results.asking.verdicts import plain, signed
from analysis.results.services.analysing import analyse
from analysis.results.services.looking import Look
from analysis.results.services.reporting import lasting
from analysis.results.services.reproducing import as_it_stood, cursor_of
from analysis.results.showing.charts.drawing import IN_FILE
from analysis.results.showing.charts.forest import ends
from analysis.results.showing.figures import heading, p_in_words
from analysis.results.showing.gathering import titles_of
from analysis.results.showing.page import ROLES
from analysis.results.showing.papers.methods import citations, methods_text
from analysis.results.showing.pictures import Picture, of_everything
from experiments.blueprint import json_object
from experiments.definition import sha256_of
from experiments.models import Experiment
from experiments.types import Json, JsonObject

NO_PICTURES = (
    "The record does not give these figures any more (somebody was erased, or the program changed), so there are no "
    "pictures: text and tables stand as they were frozen."
)
FEW = 3
WEIGHTS = {
    "alarm": "alarm",
    "warn": "look here",
    "note": "to know",
    "unknown": "too little to say",
    "fine": "fine",
}
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """numbers: how many of the last columns are numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A role with what was found, in sentences."""

    title: str
    sentences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trusted:
    """weight: in words. advice: empty where there is nothing to do."""

    title: str
    weight: str
    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class Paper:
    """In the order in which it is printed. facts: by which it can be computed again."""

    title: str
    subtitle: str
    experiment: str
    answered: tuple[Answered, ...]
    trust: tuple[Trusted, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    methods: tuple[str, ...]
    deviations: tuple[str, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


def paper_of(report: Report) -> Paper:
    """Of a frozen row."""
    experiment = as_it_stood(report)
    plan, document = parse(report.plan), json_object(report.document)
    answers = [json_object(each) for each in cast("list[JsonObject]", document["answers"])]
    pictures, holds = _pictures(report, experiment, plan)
    used, titles = tuple(dict.fromkeys(_keys(answers))), titles_of(experiment)
    return Paper(
        title=experiment.title,
        subtitle=f"Report {report.number}{f', {report.title}' if report.title else ''}",
        experiment=experiment.slug,
        answered=tuple(_answered(answers, titles)),
        trust=tuple(_trusted(report)),
        tables=(*_funnel(report, document), *_results(answers, titles)),
        pictures=pictures,
        methods=methods_text(plan, used),
        deviations=tuple(_deviations(cast("list[str]", report.deviations))),
        notes=() if holds else (NO_PICTURES,),
        facts=_facts(report),
        references=citations(plan, used),
    )


def _pictures(report: Report, experiment: Experiment, plan: Plan) -> tuple[tuple[Picture, ...], bool]:
    up_to = cursor_of(report)
    analysis = analyse(experiment, plan, is_rehearsal=False, cursor=up_to)
    if sha256_of(lasting(analysis)) != report.sha256:
        return (), False
    look = Look.at(experiment, is_rehearsal=False, plan=plan, cursor=up_to)
    return tuple(of_everything(analysis, look, ink=IN_FILE, titles=titles_of(experiment))), True


def _keys(answers: list[JsonObject]) -> Iterator[str]:
    for answer in answers:
        beside = json_object(answer["beside"])
        for said in (answer["answer"], *beside.values()):
            estimate = json_object(said)["estimate"]
            if estimate is not None:
                yield str(json_object(estimate)["method"])


def _answered(answers: list[JsonObject], titles: Mapping[str, str]) -> Iterator[Answered]:
    for role in Role:
        own = tuple(
            (heading(str(each["question"]), str(each["measure"]), titles), str(each["sentence"]))
            for each in answers
            if each["role"] == role
        )
        if own:
            yield Answered(ROLES[role][0], own)


def _deviations(found: Sequence[str]) -> Iterator[str]:
    """Where many questions have no answer, why stands with each of them and not here again."""
    unanswered = [each for each in found if each.startswith(UNANSWERED)]
    if len(unanswered) <= FEW:
        yield from found
        return
    yield from (each for each in found if each not in unanswered)
    yield f"{UNANSWERED}: {len(unanswered)} questions. Why stands with each of them above."


def _trusted(report: Report) -> Iterator[Trusted]:
    """The gravest first, as they were then; what is fine in one line each."""
    for each in cast("list[JsonObject]", json_object(report.seen).get("trust") or []):
        yield Trusted(str(each["title"]), WEIGHTS[str(each["weight"])], str(each["sentence"]), str(each["advice"]))


def _funnel(report: Report, document: JsonObject) -> Iterator[Table]:
    """Arms in rows and stages in columns, so that many arms run down the page; before the arm only all together."""
    arms = cast("list[JsonObject]", document["arms"])
    stages = cast("list[JsonObject]", json_object(report.seen).get("funnel") or [])
    late = [each for each in stages if each["by_arm"]] or _counted(arms)
    if early := [each for each in stages if not each["by_arm"]]:
        came = tuple((str(each["title"]), _n(each["total"])) for each in early)
        yield Table("Who came, before an arm was given", ("Stage", "All"), came, 1)
    rows = []
    for arm in arms:
        name = str(arm["name"])
        said = f"{name} (control)" if arm["is_control"] else name
        rows.append((said, *(_n(json_object(each["by_arm"]).get(name, 0)) for each in late)))
    head, everybody = ("Arm", *(str(each["title"]) for each in late)), ("All", *(_n(each["total"]) for each in late))
    yield Table("Who got how far, by arm", head, (*rows, everybody), len(late))


def _counted(arms: Sequence[JsonObject]) -> list[JsonObject]:
    """Of a report from before stages were kept beside it."""
    titles = {"Given an arm": "assigned", "Measured": "measured", "Kept by the plan": "kept"}
    return [
        {
            "title": title,
            "total": sum(int(cast(int, arm[key])) for arm in arms),
            "by_arm": {str(arm["name"]): arm[key] for arm in arms},
        }
        for title, key in titles.items()
    ]


def _n(count: Json) -> str:
    return f"{int(cast(int, count)):,}"


def _results(answers: list[JsonObject], titles: Mapping[str, str]) -> Iterator[Table]:
    head = ("Comparison", "Estimate", "Interval", "p", "p adjusted", "n")
    for measure in dict.fromkeys(str(each["measure"]) for each in answers):
        rows = tuple(row for each in answers if each["measure"] == measure for row in _rows(each))
        yield Table(titles.get(measure) or measure, head, rows, 5)


def _rows(answer: JsonObject) -> Iterator[tuple[str, ...]]:
    """As planned, with everybody where that differs, and by other ways, which are never what is claimed."""
    relative = answer["estimand"] == EstimandKind.RELATIVE
    adjusted = p_in_words(cast("float | None", answer["p_adjusted"])) or DASH
    yield (str(answer["contrast"]), *_figures(answer["answer"], relative, adjusted))
    if answer["everybody"] != answer["answer"]:
        yield ("  with everybody", *_figures(answer["everybody"], relative, DASH))
    for each in json_object(answer["beside"]).values():
        yield (f"  {str(json_object(each)['title']).lower()}", *_figures(each, relative, DASH))


def _figures(said: object, relative: bool, adjusted: str) -> tuple[str, ...]:
    estimate = cast(Mapping[str, object], said)["estimate"]
    if estimate is None:
        return (DASH,) * 5
    found = cast("Mapping[str, float | None]", estimate)
    factor = 100 if relative else 1
    low, high = found["low"], found["high"]
    between = ends(-inf if low is None else low * factor, inf if high is None else high * factor)
    value = signed(found["value"] or 0.0, relative)
    return value, between, p_in_words(found["p_value"]) or DASH, adjusted, plain(found["n"] or 0.0)


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    return (
        ("Report", str(report.uuid)),
        ("Frozen", f"{report.at:%Y-%m-%d %H:%M} UTC"),
        ("SHA-256 of what came out", report.sha256),
        ("of the plan", report.plan_sha256),
        ("of the data", report.fingerprint_sha256),
        ("Program", report.code_version),
        ("Seed", str(report.seed)),
        ("Computed again by", f"manage.py report --reproduce {report.uuid}"),
    )
