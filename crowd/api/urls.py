"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from crowd.api import accounts

urlpatterns: list[URLPattern] = [
    path("crowd/platforms/", accounts.PlatformsView.as_view(), name="crowd-platforms"),
    path("crowd/accounts/", accounts.AccountsView.as_view(), name="crowd-accounts"),
    path("crowd/accounts/<uuid:account>/", accounts.AccountDetailView.as_view(), name="crowd-account"),
    path("crowd/accounts/<uuid:account>/check/", accounts.AccountCheckView.as_view(), name="crowd-account-check"),
]
