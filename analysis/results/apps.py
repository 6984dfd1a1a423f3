"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    """What came out, at every look."""

    name = "analysis.results"
    label = "results"
    verbose_name = _("Results")
