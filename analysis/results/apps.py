"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    """What came out, at every look."""

    name = "analysis.results"
    label = "results"
    verbose_name = _("Results")

    def ready(self) -> None:
        """The record of measurements is where outcomes are found, unless a room above knows better."""
        from analysis.results import sources  # nothing of it can be imported before apps are there
        from analysis.results.record import Record

        sources.register(Record())
