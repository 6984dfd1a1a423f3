"""Runs: look, steer, warm start, and the files they kept."""

from __future__ import annotations

from typing import ClassVar, cast

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.runs import store
from analysis.runs.api.finding import RunView, may
from analysis.runs.api.shapes import EpochsSent, RunDetail
from analysis.runs.models import Artifact, Checkpoint, Run
from analysis.runs.services import warming
from analysis.runs.services.keeping import kept_of
from analysis.runs.services.steering import RUN_DEEDS
from analysis.runs.tasks import wake_for
from experiments.access import Right
from experiments.errors import Unknown

FILE = (200, "application/octet-stream")
SENTENCES = {
    "pause": "A waiting run is not taken up; one under way stops, to go on from its last checkpoint.",
    "resume": "A paused run waits in the queue again.",
    "cancel": "A waiting run is cancelled; one under way stops at its next word.",
    "retry": "Queue a failed or cancelled run again; it goes on from its last checkpoint.",
}


def detail_of(pk: int) -> dict[str, object]:
    """As it stands now."""
    return RunDetail.one(Run.objects.select_related("batch", "environment", "warm_from").get(pk=pk))


@extend_schema(tags=["runs"])
class RunDetailView(RunView):
    """/runs/<id>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_run", responses=RunDetail)
    def get(self, request: Request, run: str) -> Response:
        """One run, with its result or error, what it ran on, and what it kept. Its traceback: if you may run it."""
        shown = RunDetail.one(self.run)
        if self.run.traceback and not may(request, Right.RUN, self.run.batch.experiment):
            shown["traceback"] = ""  # it quotes lines and paths: for those who may run it, as on the run's page
        return Response(shown)


class RunDeedView(RunView):
    """/runs/<id>/<deed>/"""

    rights: ClassVar = {"POST": Right.RUN}


def deed_view(name: str) -> type[RunDeedView]:
    """The view of one deed, under its own name in the documentation."""

    @extend_schema(
        tags=["runs"],
        operation_id=f"{name}_run",
        description=f"{SENTENCES[name]} Twice is as good as once.",
        request=None,
        responses=RunDetail,
    )
    def post(view: RunDeedView, request: Request, run: str) -> Response:
        RUN_DEEDS[name](view.run, now=timezone.now())
        wake_for(view.run.batch)
        return Response(detail_of(view.run.pk))

    return type(f"{name.title()}RunView", (RunDeedView,), {"post": post})


@extend_schema(tags=["runs"])
class RunWarmStartView(RunView):
    """/runs/<id>/warm-start/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="warm_start_run", request=EpochsSent, responses=RunDetail)
    def post(self, request: Request, run: str) -> Response:
        """A completed run goes on from its last checkpoint to a new total of epochs. The run that does so."""
        epochs = cast(int, EpochsSent.read(request.data)["epochs"])
        warmed = warming.warm_start_run(self.run, epochs=epochs, now=timezone.now())
        wake_for(self.run.batch)
        return Response(detail_of(warmed.pk))


@extend_schema(tags=["runs"])
class CheckpointFileView(RunView):
    """/runs/<id>/checkpoints/<id>/file/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="get_checkpoint_file", responses={FILE: OpenApiTypes.BINARY})
    def get(self, request: Request, run: str, checkpoint: str) -> HttpResponseBase:
        """The state in the safetensors format, its plain values as JSON in the file's metadata."""
        found = self.run.checkpoints.filter(uuid=checkpoint).first()
        if found is None:
            raise Unknown("This run has no such checkpoint.", hint="Its strategy may have let it go.")
        return file_of(found, f"run-{self.run.number}-epoch-{found.epoch}.safetensors")


@extend_schema(tags=["runs"])
class ArtifactFileView(RunView):
    """/runs/<id>/artifacts/<id>/file/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="get_artifact_file", responses={FILE: OpenApiTypes.BINARY})
    def get(self, request: Request, run: str, artifact: str) -> HttpResponseBase:
        """The file as the run left it."""
        found = self.run.artifacts.filter(uuid=artifact).first()
        if found is None:
            raise Unknown("This run has no such file.")
        return file_of(found, found.name)


def file_of(row: Checkpoint | Artifact, name: str) -> HttpResponseBase:
    """A download, never shown in the browser: its content is a program's, not ours."""
    response = StreamingHttpResponse(store.pieces(kept_of(row)), content_type="application/octet-stream")
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)[-100:]
    response["Content-Disposition"] = f'attachment; filename="{safe.encode("ascii", "replace").decode()}"'
    response["Content-Length"] = str(row.size)
    response["X-Checksum-SHA256"] = row.sha256
    response["ETag"] = f'"{row.sha256}"'
    return response
