"""Pages of this room."""

from django.urls import path

from analysis.results.views import chosen, files, reports, results, study, trust

app_name = "results"
EXPERIMENT = "console/experiments/<slug:slug>/"
RESULTS = f"{EXPERIMENT}results/"
urlpatterns = [
    path(RESULTS, results.results, name="results"),
    path(f"{RESULTS}live/", results.live, name="live"),
    path(f"{RESULTS}figures/<str:measure>/", results.figures, name="figures"),
    path(f"{RESULTS}headlines/", study.headlines, name="headlines"),
    path("console/studies/<slug:slug>/results/", study.study, name="study"),
    path(f"{RESULTS}trusted/", trust.trusted, name="trusted"),
    path(f"{RESULTS}slices/", results.slices, name="slices"),
    path(f"{RESULTS}table.<str:ending>", files.table, name="table"),
    path(f"{RESULTS}pictures/<str:key>.<str:ending>", files.picture, name="picture"),
    path(f"{EXPERIMENT}chosen/", chosen.chosen, name="chosen"),
    path(f"{EXPERIMENT}trust/", trust.trust, name="trust"),
    path(f"{EXPERIMENT}reports/", reports.reports, name="reports"),
    path(f"{EXPERIMENT}reports/<uuid:report>/reproduce/", reports.reproduce_report, name="reproduce"),
    path(f"{EXPERIMENT}reports/<uuid:report>.<str:ending>", reports.report_file, name="report_file"),
]
