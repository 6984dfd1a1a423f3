"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ToolboxConfig(AppConfig):
    """Any method, on any table."""

    name = "analysis.toolbox"
    label = "toolbox"
    verbose_name = _("Statistics toolbox")
