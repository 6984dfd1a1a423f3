"""`batches` in a study file: documents to be computed, which come in paused, so that an import computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from analysis.learning.document import check_document
from analysis.runs.models import Batch
from analysis.runs.services.ordering import SLUG, Sent, order_batch
from analysis.runs.services.steering import pause_batch
from experiments.problems import Path, parts_of
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from experiments.models import Study

Finding = tuple[Path, str, str]


class BatchesSection:
    """Every batch of the study by its document."""

    def findings(self, content: Json) -> Iterable[Finding]:
        """Of each document, everything; and names that are missing or stand twice."""
        seen: set[str] = set()
        for index, document in enumerate(_documents(content)):
            slug = document.get("slug")
            if not isinstance(slug, str) or not SLUG.fullmatch(slug):
                yield (index,), "The batch has no name.", "Write slug: small letters, digits, _ and -."
            elif slug in seen:
                yield (index, "slug"), f"The batch “{slug}” stands twice.", "Choose another name."
            seen.add(str(slug))
            for problem in check_document(document).problems:
                inside = () if problem.path == "the file" else parts_of(problem.path)
                yield (index, *inside), problem.message, problem.hint

    def take_in(self, study: Study, content: Json) -> None:
        """New batches, and those that were paused, are paused until somebody resumes them."""
        for document in _documents(content):
            there = Batch.objects.filter(experiment__study=study, slug=str(document.get("slug"))).first()
            if there is not None and there.document == document:
                continue
            ready = order_batch(study, Sent(document), now=timezone.now())
            if there is None or there.status == Batch.Status.PAUSED:
                pause_batch(ready.batch, now=timezone.now())

    def give_out(self, study: Study) -> Json:
        """The oldest first."""
        batches = Batch.objects.filter(experiment__study=study).order_by("pk")
        return [_named(batch) for batch in batches.only("slug", "procedure", "document")]


def _named(batch: Batch) -> JsonObject:
    document = batch.document if isinstance(batch.document, Mapping) else {}
    return {"procedure": batch.procedure, **document, "slug": batch.slug}


def _documents(content: Json) -> list[JsonObject]:
    entries = content if isinstance(content, Sequence) and not isinstance(content, str) else ()
    return [entry for entry in entries if isinstance(entry, Mapping)]
