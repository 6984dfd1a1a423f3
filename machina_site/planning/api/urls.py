"""Addresses of this room below /api/v1/."""

from django.urls import path

from machina_site.planning.api.views import NextStepView, PlanSimulationView, PlanView

PLAN = "experiments/<slug:slug>/plan/"
urlpatterns = [
    path(PLAN, PlanView.as_view(), name="plan"),
    path(f"{PLAN}next/", NextStepView.as_view(), name="plan-next"),
    path(f"{PLAN}simulation/", PlanSimulationView.as_view(), name="plan-simulation"),
]
