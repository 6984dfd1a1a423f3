"""The yardstick: a Django view that does one INSERT and nothing else. No middleware, a connection that stays."""

from __future__ import annotations

import os

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = """
    CREATE TABLE IF NOT EXISTS bench_insert (
        id bigserial PRIMARY KEY, experiment_id bigint NOT NULL, arm_id bigint NOT NULL, at timestamptz NOT NULL)"""

if not settings.configured and "DATABASE_URL" in os.environ:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {**dj_database_url.parse(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": None}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF=__name__,
        SECRET_KEY="bench",  # noqa: S106 (signs nothing)
        USE_TZ=True,
    )


def insert(request: HttpRequest) -> HttpResponse:
    """One row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_insert (experiment_id, arm_id, at) VALUES (%s, %s, now())", [1, 2])
    return _said(b'{"ok":true}')


def nothing(request: HttpRequest) -> HttpResponse:
    """What the framework and the server cost."""
    return _said(b"{}")


def _said(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


urlpatterns = [path("insert/", insert), path("nothing/", nothing)]
application = get_wsgi_application() if settings.configured else None
