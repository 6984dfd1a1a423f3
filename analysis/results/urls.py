"""Pages of this room."""

from django.urls import path

from analysis.results.views import reports, results, trust

app_name = "results"
EXPERIMENT = "console/experiments/<slug:slug>/"
urlpatterns = [
    path(f"{EXPERIMENT}results/", results.results, name="results"),
    path(f"{EXPERIMENT}trust/", trust.trust, name="trust"),
    path(f"{EXPERIMENT}reports/", reports.reports, name="reports"),
    path(f"{EXPERIMENT}reports/<uuid:report>/reproduce/", reports.reproduce_report, name="reproduce"),
    path(f"{EXPERIMENT}reports/<uuid:report>/file/", reports.report_file, name="report_file"),
]
