"""Addresses of this room below /api/v1/."""

from django.urls import path

from analysis.runs.api import batches, documents, runs
from analysis.runs.api.folds import BatchFoldsView
from analysis.runs.api.log import BatchEventsView, RunEventsView
from analysis.runs.api.plans import BatchPlanView, StudyPlanView
from analysis.runs.api.predictions import RunPredictionsView
from analysis.runs.api.results import BatchResultsView
from analysis.runs.services.steering import BATCH_DEEDS, RUN_DEEDS

urlpatterns = [
    path("components/", documents.ComponentsView.as_view(), name="components"),
    path("components/schema/", documents.ComponentsSchemaView.as_view(), name="components-schema"),
    path("documents/check/", documents.CheckView.as_view(), name="check-document"),
    path("studies/<slug:slug>/batches/", documents.StudyBatchesView.as_view(), name="study-batches"),
    path("studies/<slug:slug>/batches/plan/", StudyPlanView.as_view(), name="study-batches-plan"),
    path("batches/<uuid:batch>/plan/", BatchPlanView.as_view(), name="batch-plan"),
    path("batches/", batches.BatchesView.as_view(), name="batches"),
    path("batches/<uuid:batch>/", batches.BatchDetailView.as_view(), name="batch"),
    path("batches/<uuid:batch>/runs/", batches.BatchRunsView.as_view(), name="batch-runs"),
    path("batches/<uuid:batch>/warm-start/", batches.BatchWarmStartView.as_view(), name="batch-warm-start"),
    path("batches/<uuid:batch>/limits/", batches.BatchLimitsView.as_view(), name="batch-limits"),
    path("batches/<uuid:batch>/results/", BatchResultsView.as_view(), name="batch-results"),
    path("batches/<uuid:batch>/events/", BatchEventsView.as_view(), name="batch-events"),
    path("batches/<uuid:batch>/folds/", BatchFoldsView.as_view(), name="batch-folds"),
    *(
        path(f"batches/<uuid:batch>/{name}/", batches.deed_view(name).as_view(), name=f"batch-{name}")
        for name in BATCH_DEEDS
    ),
    path("runs/<uuid:run>/", runs.RunDetailView.as_view(), name="run"),
    path("runs/<uuid:run>/warm-start/", runs.RunWarmStartView.as_view(), name="run-warm-start"),
    path("runs/<uuid:run>/predictions/", RunPredictionsView.as_view(), name="run-predictions"),
    path("runs/<uuid:run>/events/", RunEventsView.as_view(), name="run-events"),
    path(
        "runs/<uuid:run>/checkpoints/<uuid:checkpoint>/file/", runs.CheckpointFileView.as_view(), name="checkpoint-file"
    ),
    path("runs/<uuid:run>/artifacts/<uuid:artifact>/file/", runs.ArtifactFileView.as_view(), name="artifact-file"),
    *(path(f"runs/<uuid:run>/{name}/", runs.deed_view(name).as_view(), name=f"run-{name}") for name in RUN_DEEDS),
]
