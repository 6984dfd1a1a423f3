"""An experiment for a batch that was only described: its measure is the batch's, its units are runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import transaction

from analysis.runs.measure import Goal
from experiments.errors import Conflict
from experiments.models import Experiment, Role, Study, UnitKind
from experiments.services.defining import create_experiment
from experiments.services.members import set_member
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STUDY: Final = "computations"
UNFIT: Final = re.compile(r"[^a-z0-9_]+")


@transaction.atomic
def found_experiment(slug: str, document: JsonObject, *, study: str = STUDY, owner: User | None = None) -> Experiment:
    """The experiment of that slug, made if there is none. Conflict if its units are no runs.

    study: its slug; made, too. A study that is there keeps its members.
    """
    found = Experiment.objects.select_related("study").filter(slug=slug).first()
    if found is not None:
        if found.unit_kind != UnitKind.RUN:
            raise Conflict(f"“{slug}” is an experiment about {found.unit_kind}s.", hint="Give the batch another name.")
        return found
    place, is_new = Study.objects.get_or_create(slug=study, defaults={"title": study.replace("-", " ").capitalize()})
    if is_new and owner is not None:
        set_member(place, owner, Role.OWNER)
    title = str(document.get("title") or slug)[:200]
    return create_experiment(place, {"slug": slug, "title": title, "unit_kind": "run", "measures": _measures(document)})


def _measures(document: JsonObject) -> list[Json]:
    """The goal is the primary one."""
    goal = Goal.parse(document.get("measure"))
    if not goal.name or UNFIT.search(goal.name):
        return []
    direction = "up" if goal.maximises else "down"
    measure: Mapping[str, Json] = {"name": goal.name, "kind": "number", "role": "primary", "direction": direction}
    return [measure]
