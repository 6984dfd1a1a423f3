"""Addresses of this room below /api/v1/."""

from django.urls import path

from bandits.api.assignments import ACTIONS, AssignmentActionView, AssignmentsView, AssignmentView

LIST = "experiments/<slug:slug>/assignments/"
urlpatterns = [
    path(LIST, AssignmentsView.as_view(), name="assignments"),
    path(f"{LIST}<uuid:unit>/", AssignmentView.as_view(), name="assignment"),
    *(
        path(f"{LIST}<uuid:unit>/{action}/", AssignmentActionView.as_view(action=action), name=f"assignment-{action}")
        for action in ACTIONS
    ),
]
