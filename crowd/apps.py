"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrowdConfig(AppConfig):
    """Where participants come from and how they are paid."""

    name = "crowd"
    verbose_name = _("Crowd")

    def ready(self) -> None:
        """Let doors know whom the platforms send, downloads what is known of quality, studies what stays."""
        from crowd import arriving, exports, turning
        from crowd.reads import budgets
        from experiments import keeping

        arriving.register_all()
        exports.register_all()
        turning.register_all()
        keeping.register("currency", budgets.why_currency_stays)
