"""The site as a Django app: it owns commands, checks, templates and the Celery application."""

from django.apps import AppConfig


class MachinaSiteConfig(AppConfig):
    """Registers the system checks and makes our Celery application the current one."""

    name = "machina_site"

    def ready(self) -> None:
        """Import what registers itself."""
        from machina_site import celery, checks, exclusions, passages  # noqa: F401  (imported for their registrations)
