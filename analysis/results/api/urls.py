"""Addresses of this room below /api/v1/."""

from django.urls import path

from analysis.results.api.chosen import ChosenView
from analysis.results.api.files import PicturesView, PictureView, ReportFileView
from analysis.results.api.reports import ReportsView, ReportView, ReproduceView
from analysis.results.api.results import DistributionsView, ResultsTableView, ResultsView, SeriesView
from analysis.results.api.trust import TrustView

RESULTS = "experiments/<slug:slug>/results/"
REPORTS = "experiments/<slug:slug>/reports/"
urlpatterns = [
    path(RESULTS, ResultsView.as_view(), name="results"),
    path(f"{RESULTS}table/", ResultsTableView.as_view(), name="results-table"),
    path(f"{RESULTS}series/", SeriesView.as_view(), name="results-series"),
    path(f"{RESULTS}distributions/", DistributionsView.as_view(), name="results-distributions"),
    path("experiments/<slug:slug>/trust/", TrustView.as_view(), name="trust"),
    path(f"{RESULTS}chosen/", ChosenView.as_view(), name="results-chosen"),
    path(f"{RESULTS}pictures/", PicturesView.as_view(), name="results-pictures"),
    path(f"{RESULTS}pictures/<str:key>/", PictureView.as_view(), name="results-picture"),
    path(f"{REPORTS}<uuid:report>/file/", ReportFileView.as_view(), name="report-file"),
    path(REPORTS, ReportsView.as_view(), name="reports"),
    path(f"{REPORTS}<uuid:report>/", ReportView.as_view(), name="report"),
    path(f"{REPORTS}<uuid:report>/reproduce/", ReproduceView.as_view(), name="report-reproduce"),
]
