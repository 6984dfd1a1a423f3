"""An analysis as JSON: every figure, with open ends as null, never NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import cast

from analysis.results.asking.analysis import Analysis, Answer
from analysis.results.asking.asked import Said
from analysis.statistics.words import Estimate
from experiments.types import Json, JsonObject


def to_json(analysis: Analysis) -> JsonObject:
    """All of it."""
    return {
        "experiment": analysis.experiment,
        "title": analysis.title,
        "is_rehearsal": analysis.is_rehearsal,
        "at": analysis.at.isoformat() if analysis.at else None,
        "tally": {
            "sha256": analysis.digest,
            "measurements": analysis.measurements,
            "assignments": analysis.assignments,
            "units": analysis.n_units,
            "values": analysis.n_values,
        },
        "plan": {"sha256": analysis.plan.sha256, "document": analysis.plan.as_json()},
        "arms": [cast(JsonObject, asdict(arm)) for arm in analysis.arms],
        "left_out": [cast(JsonObject, asdict(each)) for each in analysis.left_out],
        "remarks": list(analysis.remarks),
        "answers": [answer_json(each) for each in analysis.answers],
    }


def answer_json(answer: Answer) -> JsonObject:
    """One question with its answer."""
    question = answer.question
    return {
        "question": question.name,
        "measure": question.measure,
        "role": str(question.role),
        "contrast": question.contrast.sentence,
        "estimand": str(question.estimand.kind),
        "aim": str(question.aim),
        "margin": question.margin,
        "verdict": str(answer.verdict),
        "sentence": answer.sentence,
        "p_adjusted": answer.p_value,
        "answer": said_json(answer.said),
        "simultaneous": said_json(answer.shared),
        "everybody": said_json(answer.everybody),
        "groups": [cast(JsonObject, asdict(group)) for group in answer.groups],
        "slices": [
            {"attribute": each.attribute, "value": each.value, "n": each.n, **said_json(each.said)}
            for each in answer.slices
        ],
        "beside": {key: {"title": title, **said_json(said)} for key, (title, said) in answer.beside.items()},
    }


def said_json(said: Said) -> JsonObject:
    """The estimate, or why there is none."""
    if said.estimate is None:
        return {"estimate": None, "why_not": said.why_not}
    return {"estimate": estimate_json(said.estimate), "why_not": ""}


def estimate_json(found: Estimate) -> JsonObject:
    """Its figures; null for an open end."""
    return {
        "value": figure(found.value),
        "low": figure(found.low),
        "high": figure(found.high),
        "level": found.level,
        "n": found.n,
        "method": found.method,
        "validity": str(found.validity),
        "promise": found.validity.sentence,
        "p_value": figure(found.p_value),
        "standard_error": figure(found.standard_error),
        "remarks": list(found.remarks),
    }


def figure(value: float | None) -> Json:
    """The number; null where there is none, or an end is open."""
    return float(value) if value is not None and isfinite(value) else None


def flat(answer: Answer) -> Mapping[str, Json]:
    """One row of a table: what people take into their own programs."""
    found = answer.estimate
    figures = estimate_json(found) if found else {}
    names = ("value", "low", "high", "level", "n", "method", "validity", "p_value", "standard_error")
    question = answer.question
    return {
        "question": question.name,
        "measure": question.measure,
        "role": str(question.role),
        "contrast": question.contrast.sentence,
        "estimand": str(question.estimand.kind),
        **{name: figures.get(name) for name in names},
        "p_adjusted": answer.p_value,
        "verdict": str(answer.verdict),
        "sentence": answer.sentence,
    }
