"""What a run keeps, to download."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from analysis.runs.errors import Gone
from analysis.runs.models import Artifact, Checkpoint, Run
from analysis.runs.services.keeping import kept_of
from analysis.runs.store import pieces
from analysis.runs.views.doors import may_in, of_run, refused
from experiments.access import Right
from experiments.errors import Forbidden, Unknown


@of_run
def checkpoint(request: HttpRequest, run: Run, checkpoint: uuid.UUID) -> HttpResponseBase:
    """Arrays and values in one file; never a pickle."""
    found = Checkpoint.objects.filter(run=run, uuid=checkpoint).first()
    if found is None:
        return refused(request, Unknown("This checkpoint is gone: the strategy of its batch has let it go."))
    return _sent(request, run, found, f"run-{run.number}-epoch-{found.epoch}-{found.path.rpartition('/')[2]}")


@of_run
def artifact(request: HttpRequest, run: Run, artifact: uuid.UUID) -> HttpResponseBase:
    """As the run wrote it. It is saved, not shown: whatever it is, it does nothing in this console."""
    found = Artifact.objects.filter(run=run, uuid=artifact).first()
    if found is None:
        return refused(request, Unknown("There is no such file beside this run."))
    return _sent(request, run, found, found.name.rpartition("/")[2])


def _sent(request: HttpRequest, run: Run, kept: Checkpoint | Artifact, name: str) -> HttpResponseBase:
    if not may_in(request, Right.DOWNLOAD, run.batch.experiment):
        return refused(request, Forbidden("Your role does not include downloads.", hint="Ask an owner of the study."))
    try:
        content = pieces(kept_of(kept))
    except Gone as gone:
        return refused(request, gone)
    response = StreamingHttpResponse(content, content_type="application/octet-stream")
    response["Content-Length"] = str(kept.size)
    response["ETag"] = f'"{kept.sha256}"'
    response["X-Checksum-SHA256"] = kept.sha256
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)[-150:]
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
