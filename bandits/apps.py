"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BanditsConfig(AppConfig):
    """Who gets which arm."""

    name = "bandits"
    verbose_name = _("Allocation")
