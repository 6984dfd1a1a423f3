"""Addresses of this room below /api/v1/."""

from django.urls import path

from participants.api.choices import ChoicesView
from participants.api.sessions import ReturnView, SessionsView, SessionView, WithdrawView

LIST = "experiments/<slug:slug>/sessions/"
urlpatterns = [
    path("experiments/<slug:slug>/choices/", ChoicesView.as_view(), name="choices"),
    path(LIST, SessionsView.as_view(), name="sessions"),
    path(f"{LIST}<uuid:session>/", SessionView.as_view(), name="session"),
    path(f"{LIST}<uuid:session>/return/", ReturnView.as_view(), name="session-return"),
    path(f"{LIST}<uuid:session>/withdraw/", WithdrawView.as_view(), name="session-withdraw"),
]
