"""The plan of an experiment, and its simulation piece by piece. They look and compute; nothing is stored."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from experiments.access import Right
from experiments.console.rights import has_right
from experiments.models import Experiment
from machina_site.monitor.views import visible_experiment
from machina_site.planning.reading import Known, known_of

if TYPE_CHECKING:
    from analysis.planning.planned import Planned
    from analysis.planning.wanted import Wanted
    from bandits.planning.reporting import Report

RUNS = 1_000
SEED = 18


def _known(request: HttpRequest, experiment: Experiment) -> Known:
    return known_of(experiment, with_data=has_right(request, Right.DOWNLOAD, experiment.study_id))


@require_GET
def plan_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Sliders, and what follows from them. With what the experiment suggests while nothing is typed."""
    experiment = visible_experiment(request, slug)
    known = _known(request, experiment)
    wanted, planned, refused = _answered(request, known)
    context = {
        **admin.site.each_context(request),
        "title": f"Plan {experiment.title}",
        "experiment": experiment,
        "known": known,
        "planned": planned,
        "refused": refused,
        "step": _step(experiment, known, wanted) if planned and known.facts.measured else None,
        **_shown(known, wanted, planned, experiment),
    }
    response = render(request, "machina/plan.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def simulation(request: HttpRequest, slug: str) -> HttpResponse:
    """The next piece of the simulation, added to those before; it asks for the one after itself."""
    experiment = visible_experiment(request, slug)
    known = _known(request, experiment)
    _, planned, refused = _answered(request, known)
    report, refused = _added(request, known, planned) if planned else (None, refused)
    context: dict[str, object] = {"refused": refused, "report": report, "total": RUNS, "known": known}
    if report is not None and planned is not None:
        context |= {**_simulated(request, report), "warnings": report.warnings(planned.wanted.level)}
    response = render(request, "machina/plan_simulation.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _answered(request: HttpRequest, known: Known) -> tuple[Wanted, Planned | None, str]:
    """What is wanted, the plan, or the sentence why there is none."""
    from analysis.planning.wanted import Wanted
    from machina_site.planning.composing import planned_of, wanted_of

    names = {one.name for one in Wanted.declared()}
    given = {name: value for name, value in request.GET.items() if name in names}
    wanted = known.wanted
    try:
        wanted = wanted_of(known, given)
        return wanted, planned_of(known, wanted), ""
    except ValueError as error:
        return wanted, None, str(error)


def _step(experiment: Experiment, known: Known, wanted: Wanted) -> dict[str, object] | None:
    """Where it stands and how to go on; None where there is nothing to say yet."""
    from analysis.planning.next_step import Ask
    from analysis.planning.stopping.rules import chance_in_words
    from analysis.statistics.words import NoAnswer
    from machina_site.planning.standing import next_step_of

    try:
        step = next_step_of(experiment, known, wanted, Ask(size=wanted.batch if wanted.batch <= 500 else 500))
    except NoAnswer:
        return None
    rows = [
        (name, chance_in_words(chance), places)
        for name, chance, places in zip(step.names, step.chances, step.places, strict=True)
    ]
    success = None if step.success is None else chance_in_words(step.success)
    size = sum(step.places)  # 0 where it should stop: nobody comes next
    return {"sentence": step.verdict.sentence, "rows": rows, "success": success, "size": size}


def _added(request: HttpRequest, known: Known, planned: Planned) -> tuple[Report | None, str]:
    from analysis.planning.simulating.outcomes import Outcomes
    from bandits.planning.reporting import Report
    from machina_site.planning.composing import played, runs_at_once

    try:
        piece = int(request.GET.get("piece", "0"))
        before = json.loads(request.GET.get("sums", "null"))
        report = Report.empty()
        if before is not None:
            report = Report(Outcomes.read(before["without"]), Outcomes.read(before["with"]))
        runs = min(runs_at_once(known, planned), RUNS - report.runs)
        if runs > 0:
            report += played(known, planned, runs=runs, seed=SEED, piece=max(piece, 0))
        return report, ""
    except (KeyError, TypeError):
        return None, "The pieces so far cannot be read: start the simulation again."
    except ValueError as error:
        return None, str(error)


def _simulated(request: HttpRequest, report: Report) -> dict[str, object]:
    """How far it is, and the address of the next piece; empty when it is done."""
    query = {name: value for name, value in request.GET.items() if name not in ("piece", "sums")}
    following = ""
    if report.runs < RUNS:
        sums = json.dumps({"without": report.without.as_json(), "with": report.with_.as_json()})
        query |= {"piece": str(int(request.GET.get("piece", "0")) + 1), "sums": sums}
        following = f"{request.path}?{urlencode(query)}"
    people, cost = report.with_.mean("people")[0], report.with_.mean("cost")[0]
    quiet_people, quiet_cost = report.without.mean("people")[0], report.without.mean("cost")[0]
    return {
        "rows": report.rows(),
        "percent": 100 * report.runs // RUNS,
        "following": following,
        "people": (quiet_people, people),
        "cost": (quiet_cost, cost),
    }


def _shown(known: Known, wanted: Wanted, planned: Planned | None, experiment: Experiment) -> dict[str, object]:
    from machina_site.planning.drawing import picture_of
    from machina_site.planning.fields import ASSUMED, LOOKED, MOVED, PAID, fields_of

    groups = {"moved": MOVED, "assumed": ASSUMED, "looked": LOOKED, "paid": PAID}
    return {
        **{name: fields_of(names, wanted, known.facts) for name, names in groups.items()},
        "picture": picture_of(planned) if planned else None,
        "shares": _shares(planned),
        "command": _command(known, wanted, experiment),
    }


def _shares(planned: Planned | None) -> dict[str, object] | None:
    """Where other shares of the same people say more; None where even ones are as good."""
    if planned is None or planned.shares is None or planned.shares.factor > 0.99:
        return None
    named = zip(planned.facts.arms, planned.shares.shares, strict=True)
    return {
        "arms": [(name, f"{100 * share:.0f} %") for name, share in named],
        "saved": f"{100 * (1 - planned.shares.factor):.0f}",
    }


def _command(known: Known, wanted: Wanted, experiment: Experiment) -> str:
    """The command that plans the same."""
    suggested, now = asdict(known.wanted), asdict(wanted)
    moved = {name: value for name, value in now.items() if value != suggested[name]}
    options = " ".join(f"--{name.replace('_', '-')} {shlex.quote(f'{value}')}" for name, value in moved.items())
    return f"./machina manage plan {experiment.slug} {options} --simulate {RUNS}".replace("  ", " ")
