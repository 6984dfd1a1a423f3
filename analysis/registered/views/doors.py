"""What the pages of this room have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the console that no cache keeps."""
    response = render(request, template, {**admin.site.each_context(request), "title": title, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def user_of(request: HttpRequest) -> User:
    """Who asks."""
    return cast("User", request.user)
