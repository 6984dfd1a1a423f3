"""An analysis as text, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from math import inf

from analysis.registered.document import Role
from analysis.results.asking.analysis import Analysis, Answer
from analysis.results.asking.verdicts import plain, signed
from analysis.results.showing.figures import heading
from analysis.statistics.words import Estimate
from experiments.text_table import text_table

ROLES = list(Role)


def told(analysis: Analysis, titles: Mapping[str, str]) -> str:
    """Arms, then each role's answers, then what to mind. titles: of measures, where they have one."""
    parts = [_head(analysis), _arms(analysis)]
    ordered = sorted(analysis.answers, key=lambda each: ROLES.index(each.question.role))
    for role, answers in groupby(ordered, key=lambda each: each.question.role):
        parts.append("\n".join([role.upper(), *(line for each in answers for line in _answer(each, titles))]))
    parts += [f"! {remark}" for remark in analysis.remarks]
    return "\n\n".join(part for part in parts if part)


def _head(analysis: Analysis) -> str:
    when = f"counted at {analysis.at:%Y-%m-%d %H:%M:%S} UTC" if analysis.at else "read from the record itself"
    stage = " (rehearsal)" if analysis.is_rehearsal else ""
    return (
        f"{analysis.title}{stage}: {analysis.n_units:,} units, {analysis.n_values:,} values, {when}\n"
        f"plan {analysis.plan.sha256[:12]}, tally {analysis.digest[:12] or 'none'}"
    )


def _arms(analysis: Analysis) -> str:
    head = ("arm", "assigned", "measured", "kept")
    rows = [(arm.name, f"{arm.assigned:,}", f"{arm.measured:,}", f"{arm.kept:,}") for arm in analysis.arms]
    left = [f"left out: {each.n:,} ({each.title})" for each in analysis.left_out]
    return "\n".join([text_table([head, *rows]), *left])


def _answer(answer: Answer, titles: Mapping[str, str]) -> list[str]:
    lines = [f"  {heading(answer.question.name, answer.question.measure, titles)}", f"    {answer.sentence}"]
    found = answer.estimate
    if found is not None:
        lines.append(f"    {figures(found, answer.p_value)}")
        lines += [f"    {remark}" for remark in found.remarks]
    if answer.everybody.estimate is not None and answer.everybody is not answer.said:
        lines.append(f"    with everybody: {figures(answer.everybody.estimate, None)}")
    for key, (title, said) in answer.beside.items():
        if said.estimate is not None:
            lines.append(f"    {title.lower()}: {figures(said.estimate, said.estimate.p_value)}")
            lines += [f"      ! {remark}" for remark in said.estimate.remarks if _is_warned(key, said.estimate)]
    return lines


def _is_warned(key: str, found: Estimate) -> bool:
    """Whether its remarks must stand with it: an interval without an end needs its reason."""
    return key == "naive" or not found.is_bounded


def open_interval(found: Estimate) -> str:
    """Of an interval without an end, or without both."""
    if found.low == -inf and found.high == inf:
        return "(no limits yet)"
    return f"(at most {plain(found.high)})" if found.low == -inf else f"(at least {plain(found.low)})"


def figures(found: Estimate, p: float | None) -> str:
    """Value, interval, p, and what it promises."""
    interval = f"[{plain(found.low)}, {plain(found.high)}]" if found.is_bounded else open_interval(found)
    tested = "" if p is None else f", p = {p:.2g}"
    return f"{signed(found.value)} {interval}{tested}, n = {found.n:,}, {found.method}, {found.validity}"
