"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssuranceConfig(AppConfig):
    """What was proven of trained models."""

    name = "analysis.assurance"
    label = "assurance"
    verbose_name = _("Safety")

    def ready(self) -> None:
        """Follow what becomes of runs that train under constraints; let no unproven model go live."""
        from analysis.assurance.services.gating import models_are_proven
        from analysis.assurance.services.recording import RecordingFollower
        from analysis.runs.services.settling import FOLLOWERS
        from experiments import readiness

        FOLLOWERS["assurance"] = RecordingFollower()
        readiness.register_gate(models_are_proven)
