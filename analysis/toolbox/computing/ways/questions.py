"""Many questions; whether a record can be trusted."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Final

import numpy as np

from analysis.statistics.multiplicity.adjusting import PROCEDURES, adjusted
from analysis.statistics.multiplicity.closed import closed
from analysis.statistics.multiplicity.dunnett import dunnett
from analysis.statistics.multiplicity.e_values import e_bh
from analysis.statistics.multiplicity.graphs import Graph, answer
from analysis.statistics.multiplicity.online import Stream
from analysis.statistics.trust.anomalies import Measured, of_copies, of_values
from analysis.statistics.trust.attrition import Followed, attrition
from analysis.statistics.trust.balance import balance
from analysis.statistics.trust.findings import Finding
from analysis.statistics.trust.independence import Drawn
from analysis.statistics.trust.ratios import Counted, ratio
from analysis.statistics.words import NoAnswer
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Array, Given, quoted
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.sides import Way, figures, group_moments, questions


def _some(given: Given, role: str) -> Array:
    values = given.numbers(role)
    if not len(values):
        raise NoAnswer("There are no questions yet.")
    return np.where(np.isnan(values), 1.0, values)


def _claims(given: Given, role: str, told: Array) -> list[Line]:
    """Each question with its adjusted value, and whether it is claimed at the level."""
    rows = zip(questions(given), _some(given, role), told, strict=True)
    lines = [
        Line(name, figures={role: float(p), "adjusted": float(q), "claimed": bool(q <= given.level)})
        for name, p, q in rows
    ]
    claimed = [line.name for line in lines if line.figures["claimed"]]
    said = f"{len(claimed)} of {len(lines)} may be claimed at level {given.level:g}"
    named = f"{said}: {', '.join(claimed)}" if 0 < len(claimed) <= 10 else said
    return [Line("", words=named, figures={"claimed": len(claimed), "questions": len(lines)}), *lines]


def _adjusted(given: Given, procedure: str) -> list[Line]:
    return _claims(given, "p", adjusted(_some(given, "p"), procedure))


def _graph(given: Given) -> list[Line]:
    p, arrows = _some(given, "p"), given.matrix("arrows")
    if arrows.shape != (len(p), len(p)):
        raise BadInput(
            [Problem(f"There are {len(p)} questions, so {len(p)} columns of arrows, not {arrows.shape[1]}.")]
        )
    try:
        graph = Graph.of(given.numbers("weight"), arrows)
    except ValueError as error:
        raise BadInput([Problem(f"The graph: {error}")]) from error
    return _claims(given, "p", answer(p, graph, level=given.level).adjusted)


def _closed(given: Given) -> list[Line]:
    names, asked = questions(given), given.listed("chosen")
    family = closed(_some(given, "p"), level=given.level)
    strange = [each for each in asked if each not in names and not (each.isdecimal() and 0 < int(each) <= len(names))]
    if strange:
        raise BadInput([Problem(f"“{strange[0]}” is no question.", setting="chosen")])
    found = [names.index(each) if each in names else int(each) - 1 for each in asked]
    places = list(dict.fromkeys(found)) if asked else list(range(len(names)))
    real = family.discoveries(places)
    said = f"at least {real} of these {len(places)} are real, with confidence {1 - given.level:g}"
    told = {"chosen": len(places), "at_least": real, "false_share_at_most": family.false_share(places)}
    return [Line("", words=said, figures=told)]


def _dunnett(given: Given) -> list[Line]:
    groups = group_moments(given)
    names = given.control_first()
    if len(names) < 2:
        raise NoAnswer("One group alone has nothing to be compared with.")
    found = dunnett(groups[names[0]], [groups[name] for name in names[1:]], level=given.level)
    return [Line(f"“{name}” against “{names[0]}”", each) for name, each in zip(names[1:], found, strict=True)]


def _online(given: Given, procedure: str) -> list[Line]:
    wealth = given.optional("wealth")
    if wealth is not None and wealth > given.level:
        raise BadInput([Problem(f"it is at most the level ({given.level:g}), not {wealth:g}.", setting="wealth")])
    stream = Stream(procedure, given.level, wealth)
    for place, p in enumerate(_some(given, "p")):
        stream = stream.begin().decide(place, float(p))
    rows = list(zip(questions(given), stream.tests, strict=True))
    found = [name for name, test in rows if test.is_discovery]
    named = f": {', '.join(found)}" if 0 < len(found) <= 10 else ""
    said = f"{len(found)} of {len(rows)} are discoveries{named}; the next test has level {stream.next_level:.4g}"
    lines = [figures(name, p=test.p_value, level=test.level, discovery=test.is_discovery) for name, test in rows]
    return [Line("", words=said, figures={"discoveries": len(found), "next_level": stream.next_level}), *lines]


def _told(finding: Finding) -> Line:
    said = f"{finding.sentence} {finding.advice}".strip()
    known = {} if finding.p_value is None else {"p": finding.p_value}
    return Line(finding.title, words=said, figures={"weight": finding.weight.value, **known})


def _found(finding: Finding) -> list[Line]:
    rows = [Line(row.name, figures=dict(zip(finding.columns, row.figures, strict=False))) for row in finding.rows]
    return [_told(finding), *rows]


def _sample_ratio(given: Given) -> list[Line]:
    counts, weights = given.numbers("count"), given.numbers("weight")
    if len(weights) < 2 or not weights.sum() > 0:
        raise NoAnswer("Shares are planned of two arms or more, some of them above 0.")
    counted = Counted(tuple(int(each) for each in counts), tuple(float(each) for each in weights))
    return _found(ratio(given.names("group"), [counted], {}))


def _drawn(given: Given) -> tuple[list[str], Drawn]:
    """Groups in the order in which they come, and the arms with their planned chances."""
    names = list(given.groups())
    try:
        shares = [float(each) for each in given.listed("chances")] or [1.0] * len(names)
    except ValueError:
        raise BadInput([Problem("they are numbers between commas.", setting="chances")]) from None
    if len(shares) != len(names) or not all(0 < share < inf for share in shares):
        said = f"one above 0 for each of {len(names)} groups is needed, in this order: {quoted(names)}."
        raise BadInput([Problem(said, setting="chances")])
    places = np.array([names.index(each) for each in given.names("group")], dtype=np.int64)
    plan = np.array([shares], dtype=float).reshape(1, len(names)) / (sum(shares) or 1.0)
    return names, Drawn(places, np.zeros(len(places), dtype=np.int64), plan)


def _balance(given: Given) -> list[Line]:
    names, drawn = _drawn(given)
    return _found(balance(names, drawn, given.several("covariates")))


def _attrition(given: Given) -> list[Line]:
    names, drawn = _drawn(given)
    ages = given.numbers("age")
    if (np.diff(ages) > 0).any():
        raise BadInput([Problem("Units come in the order in which they got their arms: “age” never rises.")])
    followed = Followed(drawn.arms, ages, given.numbers("wait"))
    return _found(attrition(names, followed, drawn, np.ones(len(ages), dtype=bool)))


def _anomalies(given: Given) -> list[Line]:
    measures = [Measured(name, values) for name, values in given.several("measures").items()]
    return [_told(finding) for finding in (*of_values(measures), of_copies(measures))]


WAYS: Final[dict[str, Way]] = {
    **{key: partial(_adjusted, procedure=key) for key in PROCEDURES if key != "none"},
    "e_bh": lambda g: _claims(g, "e", e_bh(_some(g, "e"))),
    "graph": _graph,
    "closed_simes": _closed,
    "dunnett": _dunnett,
    "lord": partial(_online, procedure="lord"),
    "saffron": partial(_online, procedure="saffron"),
    "sample-ratio": _sample_ratio,
    "balance": _balance,
    "attrition": _attrition,
    "anomalies": _anomalies,
}
