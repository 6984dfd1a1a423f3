"""Pages of this room."""

from django.urls import path

from analysis.assurance.views import requiring, serving, tests, training

app_name = "assurance"
urlpatterns = [
    path("console/safety/", tests.tests, name="tests"),
    path("console/safety/new/", training.new, name="new"),
    path("console/safety/new/check/", training.check, name="check"),
    path("console/safety/<uuid:test>/", tests.test, name="test"),
    path("console/safety/<uuid:test>/serve/", serving.serve, name="serve"),
    path("console/safety/<uuid:test>/withdraw/", serving.withdraw, name="withdraw"),
    path("console/runs/<uuid:run>/safety/", tests.of_run, name="of_run"),
    path("console/experiments/<slug:slug>/safety/", requiring.requirements, name="requirements"),
]
