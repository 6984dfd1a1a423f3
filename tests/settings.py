"""The site's settings, for tests: a var folder and a Valkey database of their own, connections that end with a test."""

import os

os.environ.setdefault("MACHINA_VAR", os.path.join(os.path.dirname(os.path.dirname(__file__)), "var", "test"))

from machina_site.embedded import Postgres
from machina_site.paths import VAR
from machina_site.settings import *  # noqa: F403  (this is those settings, with changes)
from machina_site.settings import CACHES, DATABASES, EMBEDDED_VALKEY, INSTALLED_APPS, REDIS_URL, STORAGES

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

EMBEDDED_POSTGRES = Postgres(VAR, durable=False)
DATABASES["default"] |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
CACHES["default"]["KEY_PREFIX"] = f"test-{_worker}"
CACHES["default"]["LOCATION"] = REDIS_URL or EMBEDDED_VALKEY.url(db=2 + 2 * (_worker % 7))  # a test may clear it
CELERY_BROKER_URL = REDIS_URL or EMBEDDED_VALKEY.broker_url(db=3 + 2 * (_worker % 7))
# Installed here, since the console's site is made when apps come up: a test that installs another app would lose it.
INSTALLED_APPS.append("debug_toolbar")
DEBUG_TOOLBAR_PANELS = ["bandits.web.panel.BanditsPanel"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LIVE_URL = ""  # no live server beside the tests' own: pages ask again by themselves
MEDIA_ROOT = VAR / f"media-{_worker}"
EXPORTS_ROOT = VAR / f"exports-{_worker}"
RUNS_ROOT = VAR / f"runs-{_worker}"
STORAGES["runs"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": RUNS_ROOT / "kept"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # the files themselves: nothing is collected for a test
CROWD_LIVE = False  # no test calls a live platform
