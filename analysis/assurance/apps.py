"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssuranceConfig(AppConfig):
    """What was proven of trained models."""

    name = "analysis.assurance"
    label = "assurance"
    verbose_name = _("Safety")

    def ready(self) -> None:
        """Make the procedure known, follow what becomes of its runs, and let no unproven model go live."""
        from analysis.assurance.services.counting import CountingLedger
        from analysis.assurance.services.gating import models_are_proven
        from analysis.assurance.services.recording import RecordingFollower
        from analysis.learning.components import Anything, Parameter
        from analysis.learning.document import SECTIONS_OF
        from analysis.learning.running import PREDICTORS_ELSEWHERE, register_procedure
        from analysis.runs.services.settling import FOLLOWERS
        from analysis.runs.views.doors import MORE_TABS, Tab
        from analysis.safety.curves import procedure as of_trials
        from analysis.safety.procedure import SECTIONS, SafeProcedure
        from experiments import readiness

        register_procedure(SafeProcedure(CountingLedger()))
        register_procedure(of_trials.SafeTrialProcedure())
        for procedure, sections in (("safe", SECTIONS), ("safe_trial", of_trials.SECTIONS)):
            SECTIONS_OF[procedure] = {
                name: Parameter(Anything(), meaning, default=None) for name, meaning in sections.items()
            }
        PREDICTORS_ELSEWHERE["safe"] = "analysis.safety.models.keeping:safe_predictor"
        PREDICTORS_ELSEWHERE["policy"] = "analysis.safety.reinforcement.acting:policy_predictor"
        MORE_TABS["safe"] = Tab("Safety", "assurance:of_batches")
        MORE_TABS["safe_trial"] = Tab("Curves", "assurance:curves")
        FOLLOWERS["assurance"] = RecordingFollower()
        readiness.register_gate(models_are_proven)
