"""Addresses below /api/v1/."""

from django.urls import path

from analysis.api.exports import ExportFileView, ExportsView, ExportView, StreamView

urlpatterns = [
    path("experiments/<slug:slug>/exports/", ExportsView.as_view(), name="exports"),
    path("experiments/<slug:slug>/exports/stream/", StreamView.as_view(), name="export-stream"),
    path("experiments/<slug:slug>/exports/<uuid:export>/", ExportView.as_view(), name="export"),
    path("experiments/<slug:slug>/exports/<uuid:export>/file/", ExportFileView.as_view(), name="export-file"),
]
