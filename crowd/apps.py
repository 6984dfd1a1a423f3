"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrowdConfig(AppConfig):
    """Where participants come from and how they are paid."""

    name = "crowd"
    verbose_name = _("Crowd")

    def ready(self) -> None:
        """Let participants' doors know whom the platforms send, and downloads what is known of quality."""
        from crowd import arriving, exports

        arriving.register_all()
        exports.register_all()
