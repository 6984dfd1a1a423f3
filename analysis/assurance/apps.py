"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssuranceConfig(AppConfig):
    """What was proven of trained models."""

    name = "analysis.assurance"
    label = "assurance"
    verbose_name = _("Safety")

    def ready(self) -> None:
        """Make the procedure known whose results are safety tests, and follow what becomes of its runs."""
        from analysis.assurance.services.counting import CountingLedger
        from analysis.assurance.services.gating import models_are_proven
        from analysis.assurance.services.recording import RecordingFollower
        from analysis.learning.running import register_procedure
        from analysis.runs.services.settling import FOLLOWERS
        from analysis.safety.procedure import SafeProcedure
        from experiments import readiness

        register_procedure(SafeProcedure(CountingLedger()))
        FOLLOWERS["assurance"] = RecordingFollower()
        readiness.register_guard(models_are_proven)
