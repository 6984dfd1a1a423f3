"""What a trained model says of samples that a program sends."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.runs.api.finding import RunView
from analysis.runs.errors import Spoiled
from analysis.runs.models import Artifact, Checkpoint
from analysis.runs.trained import model_file_of, model_of
from experiments.access import Right
from experiments.api.shapes import JsonField, Shape, Shown, example
from experiments.errors import BadValue

if TYPE_CHECKING:
    from analysis.learning.inference import Predictor

MOST: Final = 1_000
MODELS: Final = 4
"""Models that a web process keeps in memory: those last asked."""


@example("two visitors", {"samples": [{"age": 30, "city": "Bonn"}, {"age": 60, "city": "Aachen"}]}, request_only=True)
class SamplesSent(Shape):
    """Each sample: its features by name, or lists of the shape that the data set has."""

    samples = serializers.ListField(child=JsonField(), min_length=1, max_length=MOST)
    epoch = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Of an earlier checkpoint; the newest, if left out."
    )


@example(
    "said",
    {"predictions": ["no", "yes"], "labels": ["no", "yes"], "scores": [[0.92, 0.08], [0.06, 0.94]], "epoch": 12},
    response_only=True,
)
class Said(Shown):
    """Labels or numbers; for labels, the score of each (a probability, where the model has some)."""

    predictions: serializers.ListField = serializers.ListField(child=JsonField())
    labels: serializers.ListField = serializers.ListField(
        child=JsonField(), help_text="None where numbers are predicted."
    )
    scores: serializers.ListField = serializers.ListField(help_text="For each sample, in the order of the labels.")
    epoch = serializers.IntegerField(
        allow_null=True, help_text="Of the checkpoint that spoke; null for a model that a run kept at its end."
    )


@extend_schema(tags=["runs"])
class RunPredictionsView(RunView):
    """/runs/<id>/predictions/"""

    rights: ClassVar = {"POST": Right.DOWNLOAD}

    @extend_schema(operation_id="predict", request=SamplesSent, responses={200: Said})
    def post(self, request: Request, run: str) -> Response:
        """Predict with the model that the run kept. Samples are given as the data set has them. Nothing is stored."""
        sent = SamplesSent.read(request.data)
        file = model_file_of(self.run, cast("int | None", sent.get("epoch")))
        epoch = file.epoch if isinstance(file, Checkpoint) else None
        model = _model(type(file), file.pk, file.sha256)
        return Response({**_said(model, cast("list[object]", sent["samples"])), "epoch": epoch})


@lru_cache(maxsize=MODELS)
def _model(kind: type[Checkpoint | Artifact], pk: int, sha256: str) -> Predictor:
    """Read once for each content."""
    return model_of(kind._default_manager.get(pk=pk, sha256=sha256))


def _said(model: Predictor, entries: list[object]) -> dict[str, object]:
    from analysis.learning.data.readers.plain import samples_of

    try:
        samples = samples_of(entries, model.origin)
        predicted, scores = model.predict(samples), model.scores(samples)
    except (TypeError, ValueError) as error:
        raise BadValue(str(error), hint="Send samples as the data set has them.") from error
    except (LookupError, AttributeError, ArithmeticError) as error:
        message = f"The kept model is not whole: {type(error).__name__}: {error}."
        raise Spoiled(message, hint="Ask an earlier checkpoint (epoch), or try the run again.") from error
    labels = list(model.labels)
    return {"predictions": predicted.tolist(), "labels": labels, "scores": scores.tolist() if labels else []}
