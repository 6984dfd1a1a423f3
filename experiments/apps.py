"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperimentsConfig(AppConfig):
    """What is compared, and the record of what happened."""

    name = "experiments"
    verbose_name = _("Experiments")
