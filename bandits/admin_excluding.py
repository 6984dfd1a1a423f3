"""The console's way to leave decisions out of what is learnt: one sentence for each experiment."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bandits.models import Decision
from bandits.services.excluding import Excluded, exclude_decisions, include_decisions
from experiments.access import Right
from experiments.console import has_right
from experiments.console.refusals import refused
from experiments.errors import Refusal
from experiments.models import Experiment

MOST = 10_000  # at once, as over the API
Act = Callable[[Experiment, Collection[uuid.UUID]], Excluded]


def leave_out(request: HttpRequest, decisions: QuerySet[Decision]) -> None:
    """Exclude them; what a state has learnt from them is unlearnt by the next fold."""
    for experiment, found in _each(request, decisions, _exclude):
        unlearnt = f"; {found.recalled} that were learnt are unlearnt within seconds" if found.recalled else ""
        messages.success(request, f"“{experiment.title}”: {found.changed} decisions are left out{unlearnt}.")


def take_back(request: HttpRequest, decisions: QuerySet[Decision]) -> None:
    """Let them count again."""
    for experiment, found in _each(request, decisions, _include):
        messages.success(request, f"“{experiment.title}”: {found.changed} decisions count again.")


def _exclude(experiment: Experiment, ids: Collection[uuid.UUID]) -> Excluded:
    return exclude_decisions(experiment, ids, because="by hand", now=timezone.now())


def _include(experiment: Experiment, ids: Collection[uuid.UUID]) -> Excluded:
    return include_decisions(experiment, ids, now=timezone.now())


def _each(request: HttpRequest, decisions: QuerySet[Decision], act: Act) -> list[tuple[Experiment, Excluded]]:
    """What became of those of each experiment; who may not, or what cannot be, is told."""
    by_experiment: dict[Experiment, list[uuid.UUID]] = {}
    chosen = list(decisions.select_related("experiment").defer("context")[: MOST + 1])
    if len(chosen) > MOST:
        messages.error(request, f"Nothing was changed: choose at most {MOST:,} decisions at once.")
        return []
    for row in chosen:
        by_experiment.setdefault(row.experiment, []).append(row.uuid)
    done = []
    for experiment, ids in by_experiment.items():
        if not has_right(request, Right.RUN, experiment.study_id):
            messages.error(request, f"“{experiment.title}”: your role does not include this. Ask an owner.")
            continue
        try:
            done.append((experiment, act(experiment, ids)))
        except Refusal as refusal:
            refused(request, refusal, about=f"“{experiment.title}”")
    return done
