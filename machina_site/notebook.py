"""Machina in a script or a notebook, outside of ``manage.py``:

from machina_site.notebook import connect
connect()
from analysis.runs.results import results
"""

import os

import django

from machina_site.embedded import ensure_servers


def connect() -> None:
    """Set Django up and start the embedded servers, if the settings name no others. Twice is as good as once.

    The cells of a notebook run inside an event loop, where Django refuses to ask the database, since others of the same
    loop would wait; in a notebook there are none. EmbeddedServerError says why a server does not start.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    django.setup()
    ensure_servers()
