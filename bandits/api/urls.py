"""Addresses of this room below /api/v1/."""

from django.urls import path

from bandits.api.assignments import ACTIONS, AssignmentsView, AssignmentView, action_view

LIST = "experiments/<slug:slug>/assignments/"
urlpatterns = [
    path(LIST, AssignmentsView.as_view(), name="assignments"),
    path(f"{LIST}<uuid:unit>/", AssignmentView.as_view(), name="assignment"),
    *(
        path(f"{LIST}<uuid:unit>/{name}/", action_view(name, action).as_view(), name=f"assignment-{name}")
        for name, action in ACTIONS.items()
    ),
]
