"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    """Who takes part and what they see."""

    name = "participants"
    verbose_name = _("Participants")

    def ready(self) -> None:
        """Let experiments ask, before they open, whether their pages can be built."""
        from experiments import readiness
        from participants.readiness import pages_can_be_built

        readiness.register(pages_can_be_built)
