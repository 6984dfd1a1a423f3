"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysisConfig(AppConfig):
    """Numbers from the record, and what is learned."""

    name = "analysis"
    verbose_name = _("Analysis")

    def ready(self) -> None:
        """Offer the tables that experiments alone can fill; rooms above add theirs."""
        from analysis.exports import tables
        from analysis.exports.codebook import Codebook
        from analysis.exports.events import Events
        from analysis.exports.long import Long
        from analysis.exports.wide import Wide

        for table in (Long(), Wide(), Events(), Codebook()):
            tables.register(table)
