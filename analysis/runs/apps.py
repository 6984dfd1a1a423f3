"""The Django app of this room."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    """Batches of runs, and the workers that do them."""

    name = "analysis.runs"
    label = "runs"
    verbose_name = _("Runs")

    def ready(self) -> None:
        """Make the procedures known that come with the house, and whose code documents may name."""
        from django.conf import settings

        from analysis.learning import pipeline as pipeline  # it registers itself
        from analysis.learning.components import allow_packages
        from analysis.learning.data.folders import allow_folders
        from analysis.learning.document import CHECKS
        from analysis.learning.functions import FunctionProcedure, is_allowed
        from analysis.learning.running import register_procedure
        from analysis.runs.hooks.parsing import hook_faults
        from analysis.runs.services.noticing import NoticingFollower
        from analysis.runs.services.planning import follow_searches
        from analysis.runs.services.settling import FOLLOWERS
        from analysis.runs.study_section import BatchesSection
        from experiments import sections

        register_procedure(FunctionProcedure(is_allowed))
        FOLLOWERS["hooks"] = NoticingFollower()
        follow_searches()
        allow_packages(settings.ALLOWED_CODE)
        allow_folders(Path(folder) for folder in settings.DATA_FOLDERS)
        CHECKS["hooks"] = hook_faults
        sections.register("batches", BatchesSection())
