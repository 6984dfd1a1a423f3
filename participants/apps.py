"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    """Who takes part and what they see."""

    name = "participants"
    verbose_name = _("Participants")
