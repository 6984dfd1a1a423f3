"""Pages of this room."""

from django.urls import path

from bandits.views import evaluations

app_name = "bandits"
urlpatterns = [
    path("console/experiments/<slug:slug>/evaluate/", evaluations.evaluate, name="evaluate"),
]
