"""Addresses of this room below /api/v1/."""

from django.urls import path

from analysis.runs.api import documents
from analysis.runs.api.folds import BatchFoldsView
from analysis.runs.api.log import BatchEventsView, RunEventsView

urlpatterns = [
    path("components/", documents.ComponentsView.as_view(), name="components"),
    path("components/schema/", documents.ComponentsSchemaView.as_view(), name="components-schema"),
    path("documents/check/", documents.CheckView.as_view(), name="check-document"),
    path("studies/<slug:slug>/batches/", documents.StudyBatchesView.as_view(), name="study-batches"),
    path("runs/<uuid:run>/events/", RunEventsView.as_view(), name="run-events"),
    path("batches/<uuid:batch>/events/", BatchEventsView.as_view(), name="batch-events"),
    path("batches/<uuid:batch>/folds/", BatchFoldsView.as_view(), name="batch-folds"),
]
