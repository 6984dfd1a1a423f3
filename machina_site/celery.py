"""The Celery application: ``celery -A machina_site.celery worker`` and ``... beat``."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

app = Celery("machina")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_options: object) -> None:
    """Celery sets up no logging of its own once somebody has connected here; Django's stays."""
