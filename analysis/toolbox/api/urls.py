"""Addresses of this room below /api/v1/."""

from django.urls import path

from analysis.toolbox.api.views import MethodsView, MethodView

urlpatterns = [
    path("methods/", MethodsView.as_view(), name="methods"),
    path("methods/<str:method>/", MethodView.as_view(), name="method"),
]
