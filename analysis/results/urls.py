"""Pages of this room."""

from django.urls import path

from analysis.results.views import results

app_name = "results"
urlpatterns = [path("console/experiments/<slug:slug>/results/", results.results, name="results")]
