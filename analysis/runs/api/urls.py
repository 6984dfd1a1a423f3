"""Addresses of this room below /api/v1/."""

from django.urls import path

from analysis.runs.api.log import BatchEventsView, RunEventsView

urlpatterns = [
    path("runs/<uuid:run>/events/", RunEventsView.as_view(), name="run-events"),
    path("batches/<uuid:batch>/events/", BatchEventsView.as_view(), name="batch-events"),
]
