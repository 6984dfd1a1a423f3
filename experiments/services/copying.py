"""Copy an experiment, and note an edit made row by row."""

from __future__ import annotations

from django.db import transaction

from experiments import events
from experiments.errors import Conflict
from experiments.events import EventKind
from experiments.models import Experiment
from experiments.services.editing import apply_definition, require_editable
from experiments.services.snapshot import definition_of

LONGEST_SLUG = 60


@transaction.atomic
def duplicate_experiment(experiment: Experiment, *, slug: str = "", title: str = "") -> Experiment:
    """A draft of the same study with the same definition and no data. Conflict if the slug is taken."""
    slug = slug or free_slug(experiment.slug)
    if Experiment.objects.filter(slug=slug).exists():
        raise Conflict(f"There is already an experiment “{slug}”.", hint="Choose another slug.")
    title = title or f"{experiment.title[:190]} (copy)"
    copy = Experiment.objects.create(study=experiment.study, slug=slug, title=title)
    events.record(EventKind.EXPERIMENT_CREATED, experiment=copy, payload={"copy_of": experiment.slug})
    return apply_definition(copy, {**definition_of(experiment), "slug": slug, "title": title})


def free_slug(slug: str) -> str:
    """The slug with the first free number behind it."""
    stem = slug[: LONGEST_SLUG - 8]
    taken = set(Experiment.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = (f"{stem}-copy" if number == 1 else f"{stem}-copy-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


@transaction.atomic
def note_edit(experiment: Experiment, *, what: str) -> None:
    """A line in the diary for rows that a form has saved. Frozen if the experiment is over: then nothing is saved."""
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    events.record(EventKind.EXPERIMENT_EDITED, experiment=locked, payload={"what": what})
