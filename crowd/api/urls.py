"""Addresses of this room below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from crowd.api import accounts, campaign_urls, differences, erasing

CROWD = "studies/<slug:slug>/crowd/"
urlpatterns: list[URLPattern] = [
    *campaign_urls.urlpatterns,
    path("crowd/platforms/", accounts.PlatformsView.as_view(), name="crowd-platforms"),
    path("crowd/accounts/", accounts.AccountsView.as_view(), name="crowd-accounts"),
    path("crowd/accounts/<uuid:account>/", accounts.AccountDetailView.as_view(), name="crowd-account"),
    path("crowd/accounts/<uuid:account>/check/", accounts.AccountCheckView.as_view(), name="crowd-account-check"),
    path(f"{CROWD}differences/", differences.DifferencesView.as_view(), name="crowd-differences"),
    path(f"{CROWD}retry/", differences.RetryView.as_view(), name="crowd-retry"),
    path(f"{CROWD}look/", differences.LookView.as_view(), name="crowd-look"),
    path(f"{CROWD}retention/", erasing.RetentionView.as_view(), name="crowd-retention"),
    path(f"{CROWD}participants/<uuid:participant>/erasure/", erasing.ErasureView.as_view(), name="crowd-erasure"),
]
