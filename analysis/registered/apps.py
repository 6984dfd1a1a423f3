"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisteredConfig(AppConfig):
    """What was said beforehand, and what was reported."""

    name = "analysis.registered"
    label = "registered"
    verbose_name = _("Analysis plans")
