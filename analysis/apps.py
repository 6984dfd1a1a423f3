"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysisConfig(AppConfig):
    """Numbers from the record, and what is learned."""

    name = "analysis"
    verbose_name = _("Analysis")
