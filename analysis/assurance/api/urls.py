"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from analysis.assurance.api import constraints, curves, parts

urlpatterns: list[URLPattern] = [
    path("batches/<uuid:batch>/curves/", curves.BatchCurvesView.as_view(), name="batch-curves"),
    path("safety/constraints/check/", constraints.CheckConstraintView.as_view(), name="check-constraint"),
    path("safety/measures/", constraints.MeasuresView.as_view(), name="constraint-measures"),
    path("safety/parts/", parts.SafetyPartsView.as_view(), name="safety-parts"),
]
