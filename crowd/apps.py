"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrowdConfig(AppConfig):
    """Where participants come from and how they are paid."""

    name = "crowd"
    verbose_name = _("Crowd")
