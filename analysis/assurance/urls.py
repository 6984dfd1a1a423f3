"""Pages of this room."""

from django.contrib import admin
from django.urls import path

from analysis.assurance.views import constraints, curves, requiring, retesting, serving, tests, training

view = admin.site.admin_view
app_name = "assurance"
urlpatterns = [
    path("console/experiments/<slug:slug>/curves/", curves.curves, name="curves"),
    path("console/experiments/<slug:slug>/curves.svg", curves.picture, name="curves_picture"),
    path("console/safety/", tests.tests, name="tests"),
    path("console/safety/new/", training.new, name="new"),
    path("console/safety/new-policy/", training.new_policy, name="new_policy"),
    path("console/safety/new-policy/check/", training.check_policy, name="check_policy"),
    path("console/safety/new/check/", training.check, name="check"),
    path("console/safety/constraints/", view(constraints.constraints), name="constraints"),
    path("console/safety/constraints/check/", view(constraints.check_constraint), name="check_constraint"),
    path("console/safety/constraints/beside/", view(constraints.beside_constraint), name="beside_constraint"),
    path("console/safety/constraints/picture/", view(constraints.draw_constraint), name="draw_constraint"),
    path("console/safety/<uuid:test>/", tests.test, name="test"),
    path("console/safety/<uuid:test>/serve/", serving.serve, name="serve"),
    path("console/safety/<uuid:test>/withdraw/", serving.withdraw, name="withdraw"),
    path("console/safety/<uuid:test>/retest/", retesting.retest, name="retest"),
    path("console/runs/<uuid:run>/safety/", tests.of_run, name="of_run"),
    path("console/experiments/<slug:slug>/tests/", tests.of_batches, name="of_batches"),
    path("console/experiments/<slug:slug>/safety/", requiring.requirements, name="requirements"),
]
