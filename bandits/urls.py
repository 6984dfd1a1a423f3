"""Pages of this room."""

from django.urls import path

from bandits.views import evaluations, switches

app_name = "bandits"
urlpatterns = [
    path("console/experiments/<slug:slug>/evaluate/", evaluations.evaluate, name="evaluate"),
    path("console/experiments/<slug:slug>/policy/", switches.policy_page, name="policy"),
    path("console/experiments/<slug:slug>/policy/<slug:name>/", switches.policy_action, name="policy-action"),
]
