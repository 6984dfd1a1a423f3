"""Take in a definition or a whole study from outside: everything wrong is said at once, or all is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from django.db import IntegrityError, transaction

from experiments import events
from experiments.checking import definition_problems, problems_of
from experiments.definition import normalise, sha256_of
from experiments.errors import Conflict, Invalid, Stale
from experiments.events import EventKind
from experiments.models import Experiment, Role, Study
from experiments.problems import Positions, Problem
from experiments.services.editing import apply_definition
from experiments.services.members import set_member
from experiments.services.snapshot import definition_of, document_of
from experiments.services.study_file import import_study
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def create_experiment(study: Study, definition: Json, *, positions: Positions | None = None) -> Experiment:
    """A draft with that definition. Invalid with every problem; Conflict if the slug is taken."""
    checked = _checked(definition, study, positions)
    slug = str(checked["slug"])
    try:
        with transaction.atomic():
            experiment = Experiment.objects.create(study=study, slug=slug, title=str(checked["title"]))
    except IntegrityError as error:
        raise Conflict(f"There is an experiment “{slug}” already.", hint="Choose another slug.") from error
    events.record(EventKind.EXPERIMENT_CREATED, experiment=experiment)
    return apply_definition(experiment, checked)


@transaction.atomic
def replace_definition(
    experiment: Experiment, definition: Json, *, expected: str = "", positions: Positions | None = None
) -> Experiment:
    """Write the definition into the tables; newcomers get it with the next publishing. The same again changes nothing.

    expected: the hash of the definition that the caller read; Stale if it is another by now.
    """
    locked = (
        Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study").get(pk=experiment.pk)
    )
    present = definition_of(locked)
    if expected and expected != sha256_of(present):
        raise Stale("The definition was changed since you read it.", hint="Read it again, then apply your change.")
    checked = _checked(definition, locked.study, positions)
    if checked["slug"] != locked.slug:
        raise Conflict(f"This is the definition of “{checked['slug']}”.", hint=f"Its slug must stay “{locked.slug}”.")
    return locked if sha256_of(checked) == sha256_of(present) else apply_definition(locked, checked)


@transaction.atomic
def create_study(document: Json, *, owner: User, positions: Positions | None = None) -> Study:
    """A new study of that document, with its owner. Invalid with every problem; Conflict if the slug is taken."""
    checked = checked_document(document, positions)
    head = cast(JsonObject, checked["study"])
    try:
        with transaction.atomic():
            study = Study.objects.create(slug=str(head["slug"]), title=str(head["title"]))
    except IntegrityError as error:
        raise Conflict(f"There is a study “{head['slug']}” already.", hint="Choose another slug.") from error
    set_member(study, owner, Role.OWNER)
    return import_study(checked)


@transaction.atomic
def replace_study(study: Study, document: Json, *, expected: str = "", positions: Positions | None = None) -> Study:
    """Bring a study up to its document. Experiments that the document leaves out stay as they are."""
    locked = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if expected and expected != sha256_of(document_of(locked)):
        raise Stale("The study was changed since you read it.", hint="Read it again, then apply your change.")
    checked = checked_document(document, positions)
    slug = cast(JsonObject, checked["study"])["slug"]
    if slug != locked.slug:
        raise Conflict(f"This is the document of “{slug}”.", hint=f"Its slug must stay “{locked.slug}”.")
    return import_study(checked)


def checked_document(document: Json, positions: Positions | None = None) -> JsonObject:
    """The document if nothing is wrong with it; Invalid with everything otherwise."""
    problems = problems_of(document, positions)
    if problems:
        raise invalid(problems)
    return cast(JsonObject, document)


def invalid(problems: Sequence[Problem]) -> Invalid:
    """The refusal that names each problem."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    errors = tuple(problem.as_error() for problem in problems)
    return Invalid(f"{problems[0].path}: {problems[0].message}{more}", hint=problems[0].hint, errors=errors)


def _checked(definition: Json, study: Study, positions: Positions | None) -> JsonObject:
    problems = definition_problems(definition, [str(code) for code in study.languages], positions)
    if problems:
        raise invalid(problems)
    return normalise(cast(JsonObject, definition))
