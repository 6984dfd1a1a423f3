"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BanditsConfig(AppConfig):
    """Who gets which arm."""

    name = "bandits"
    verbose_name = _("Allocation")

    def ready(self) -> None:
        """Let experiments ask, before they open, whether the policy fits their arms."""
        from bandits.readiness import arms_can_be_handed_out
        from experiments import readiness

        readiness.register(arms_can_be_handed_out)
