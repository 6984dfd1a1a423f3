"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from analysis.registered.api import plans, streams

PLAN = "experiments/<slug:slug>/analysis-plan/"
urlpatterns: list[URLPattern] = [
    path(PLAN, plans.AnalysisPlanView.as_view(), name="analysis-plan"),
    path(f"{PLAN}check/", plans.CheckPlanView.as_view(), name="check-analysis-plan"),
    path(f"{PLAN}amendments/", plans.AmendmentsView.as_view(), name="analysis-plan-amendments"),
    path("studies/<slug:slug>/stream/", streams.StreamView.as_view(), name="stream-of-tests"),
]
