"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from analysis.assurance.api import constraints

urlpatterns: list[URLPattern] = [
    path("safety/constraints/check/", constraints.CheckConstraintView.as_view(), name="check-constraint"),
    path("safety/measures/", constraints.MeasuresView.as_view(), name="constraint-measures"),
]
