"""The tests' settings for a web server of several processes: connections that last, as in production."""

from tests.settings import *  # noqa: F403  (those settings, with one change)
from tests.settings import DATABASES

DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
