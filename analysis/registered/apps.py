"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisteredConfig(AppConfig):
    """What was said beforehand, and what was reported."""

    name = "analysis.registered"
    label = "registered"
    verbose_name = _("Analysis plans")

    def ready(self) -> None:
        """A plan that does not fit lets nobody in; the one that stands is frozen with the first real unit's door."""
        from analysis.registered.services.starting import plan_fits, plan_is_frozen
        from experiments import beginnings, readiness

        readiness.register_gate(plan_fits)
        beginnings.register(plan_is_frozen)
