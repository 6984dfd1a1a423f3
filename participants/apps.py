"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    """Who takes part and what they see."""

    name = "participants"
    verbose_name = _("Participants")

    def ready(self) -> None:
        """Let experiments ask, before they open, whether their pages can be built, and which displays there are.

        And offer this room's tables for download.
        """
        from experiments import readiness
        from participants import component_kinds, exports
        from participants.readiness import pages_can_be_built

        readiness.register(pages_can_be_built)
        component_kinds.register_all()
        exports.register_all()
