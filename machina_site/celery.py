"""The Celery application: ``celery -A machina_site.celery worker`` and ``... beat``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

app = Celery("machina")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
