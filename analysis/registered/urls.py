"""Pages of this room."""

from django.urls import path

from analysis.registered.views import plan, stream

PLAN = "console/experiments/<slug:slug>/analysis-plan/"
app_name = "registered"
urlpatterns = [
    path(PLAN, plan.plan, name="plan"),
    path(f"{PLAN}forget/", plan.forget, name="forget"),
    path(f"{PLAN}file/", plan.plan_file, name="file"),
    path(f"{PLAN}power/", plan.power, name="power"),
    path("console/studies/<slug:slug>/claims/", stream.stream, name="stream"),
]
