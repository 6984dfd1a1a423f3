"""A document becomes a batch of a study: from the designer, the API, or a study file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from analysis.learning.document import check_document
from analysis.learning.search.comparing import Comparison
from analysis.runs.local.ordering import slug_of
from analysis.runs.models import Batch
from analysis.runs.services.preparing import Ready, Wish, compare_with_record, make_ready
from experiments.errors import Conflict, Invalid
from experiments.models import Experiment, Study
from experiments.problems import Positions, Problem
from experiments.types import Json, JsonObject

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
MOST: Final = 100
SHOWN: Final = 3
MAX_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it was sent. slug: instead of its own. source: its text. positions: where its values stand.

    is_posted: by a program, to an address that names the study: what the document says beside that must be true.
    """

    document: Json
    slug: str = ""
    source: str = ""
    positions: Positions | None = None
    is_posted: bool = False


@transaction.atomic
def order_batch(study: Study, sent: Sent, *, now: datetime) -> Ready:
    """Make the batch of that document in the study, or bring its own up to it; queue what is missing.

    Invalid with everything that is wrong, each with its path. Conflict if the name is taken in another study: then,
    as in every refusal, nothing has changed.
    """
    document = _accepted(study, sent)
    return make_ready(str(document["slug"]), document, _wish(study, document), now=now, source=sent.source)


def rehearse_batch(study: Study, sent: Sent) -> Comparison:
    """What `order_batch` would queue, and why. It refuses as that does; nothing changes."""
    document = _accepted(study, sent)
    return compare_with_record(str(document["slug"]), document)


def _accepted(study: Study, sent: Sent) -> JsonObject:
    """The document under its name."""
    checked = check_document(sent.document, sent.positions)
    sent = _named(sent, checked.document)
    problems = [*checked.problems, *_name_problems(sent, checked.document)]
    problems += _place_problems(study, sent, checked.document)
    if problems:
        raise invalid(problems)
    slug = sent.slug or str(checked.document["slug"])
    _require_ours(study, slug)
    return {**checked.document, "slug": slug}


def _named(sent: Sent, document: JsonObject) -> Sent:
    """A document that names no batch is called by its title; else by what it is and a hash of all that it says."""
    if sent.slug or document.get("slug") or not document:
        return sent
    title = document.get("title")
    if isinstance(title, str) and title.strip():
        return replace(sent, slug=slug_of(title))
    told = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    return replace(sent, slug=slug_of(f"{document.get('procedure') or 'batch'}-{told[:8]}"))


def invalid(problems: Sequence[Problem]) -> Invalid:
    """Everything that is wrong, as an answer."""
    errors = tuple(problem.as_error() for problem in problems[:MOST])
    first = " ".join(f"{problem.path}: {problem.message} {problem.hint}".strip() for problem in problems[:SHOWN])
    return Invalid("This document cannot be computed.", hint=first, errors=errors)


def _name_problems(sent: Sent, document: JsonObject) -> list[Problem]:
    slug = sent.slug or document.get("slug")
    if isinstance(slug, str) and SLUG.fullmatch(slug):
        return []
    hint = "Write slug: small letters, digits, _ and -, at most 100."
    sentence = f"“{slug}” cannot be the name of a batch." if slug else "The batch has no name."
    return [(sent.positions or Positions()).problem(("slug",), sentence, hint)]


def _place_problems(study: Study, sent: Sent, document: JsonObject) -> list[Problem]:
    """A document that wants to go elsewhere is not quietly computed here."""
    positions, slug = sent.positions or Positions(), sent.slug or document.get("slug")
    found = []
    if (named := document.get("study")) and named != study.slug:
        message = f"The document is of the study “{named}”, and was sent to “{study.slug}”."
        found.append(positions.problem(("study",), message, "Send it there, or remove the line."))
    if (named := document.get("experiment")) and named != slug:
        message = f"A batch makes the experiment of its own name, “{slug}”, and belongs to no “{named}”."
        found.append(positions.problem(("experiment",), message, "Remove the line, or choose that slug."))
    if sent.is_posted and document.get("version") is not None:
        message = "A batch that is posted has no version: nothing would look at it."
        found.append(positions.problem(("version",), message, "Remove the line; a label of your own fits description."))
    return found


def _require_ours(study: Study, slug: str) -> None:
    elsewhere = Experiment.objects.filter(slug=slug).exclude(study=study).exists()
    if elsewhere or Batch.objects.filter(slug=slug).exclude(experiment__study=study).exists():
        raise Conflict(f"The name “{slug}” is taken in another study.", hint="Choose another name.")


def _wish(study: Study, document: JsonObject) -> Wish:
    return Wish(
        study=study.slug,
        time_limit=_whole(document.get("time_limit")),
        memory_limit=_whole(document.get("memory_limit")),
        max_attempts=_whole(document.get("max_attempts")) or MAX_ATTEMPTS,
    )


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) else None
