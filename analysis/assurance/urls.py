"""Pages of this room."""

from django.urls import path

from analysis.assurance.views import tests

app_name = "assurance"
urlpatterns = [
    path("console/safety/", tests.tests, name="tests"),
    path("console/safety/<uuid:test>/", tests.test, name="test"),
    path("console/runs/<uuid:run>/safety/", tests.of_run, name="of_run"),
]
