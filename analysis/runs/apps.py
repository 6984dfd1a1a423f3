"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    """Batches of runs, and the workers that do them."""

    name = "analysis.runs"
    label = "runs"
    verbose_name = _("Runs")
