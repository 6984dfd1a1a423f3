"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    """Batches of runs, and the workers that do them."""

    name = "analysis.runs"
    label = "runs"
    verbose_name = _("Runs")

    def ready(self) -> None:
        """Make the procedures known that come with the house."""
        from analysis.learning import pipeline as pipeline  # it registers itself
