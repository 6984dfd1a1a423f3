"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from analysis.assurance.api import constraints, curves, parts, requirements, tests

urlpatterns: list[URLPattern] = [
    path("batches/<uuid:batch>/curves/", curves.BatchCurvesView.as_view(), name="batch-curves"),
    path("safety/constraints/check/", constraints.CheckConstraintView.as_view(), name="check-constraint"),
    path("safety/measures/", constraints.MeasuresView.as_view(), name="constraint-measures"),
    path("safety/parts/", parts.SafetyPartsView.as_view(), name="safety-parts"),
    path("safety/tests/", tests.TestsView.as_view(), name="safety-tests"),
    path("safety/tests/<uuid:test>/", tests.TestDetailView.as_view(), name="safety-test"),
    path("safety/tests/<uuid:test>/withdraw/", tests.TestWithdrawView.as_view(), name="safety-test-withdraw"),
    path("safety/tests/<uuid:test>/serve/", tests.TestServeView.as_view(), name="safety-test-serve"),
    path("safety/tests/<uuid:test>/retests/", tests.TestRetestsView.as_view(), name="safety-test-retests"),
    path("experiments/<slug:slug>/constraints/", requirements.RequirementsView.as_view(), name="required-constraints"),
    path("studies/<slug:slug>/safety/rehearsal/", requirements.RehearsalView.as_view(), name="safety-rehearsal"),
]
