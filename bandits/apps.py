"""The Django app of this room."""

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class BanditsConfig(AppConfig):
    """Who gets which arm."""

    name = "bandits"
    verbose_name = _("Allocation")

    def ready(self) -> None:
        """Let experiments ask, before they open or publish, whether the policy fits; load what the project declares."""
        from bandits import exports
        from bandits.audiences import slots_are_free
        from bandits.guard import policies_come_in_by_a_switch
        from bandits.readiness import arms_can_be_handed_out
        from bandits.web import checks as checks
        from experiments import readiness

        readiness.register(arms_can_be_handed_out)
        exports.register_all()
        readiness.register_guard(slots_are_free)
        _serve_safety()
        _serve_results()
        autodiscover_modules("arms")
        readiness.register_guard(policies_come_in_by_a_switch)


def _serve_results() -> None:
    """Decisions are the units of results, where these are installed."""
    if apps.is_installed("analysis.results"):
        from analysis.results import sources

        sources.register("bandits.results_source.Decisions")


def _serve_safety() -> None:
    """Decisions as a data set, and arms that are taken down: a project that has only bandits installed has neither."""
    if not (apps.is_installed("analysis.runs") and apps.is_installed("analysis.assurance")):
        return
    from analysis.assurance.services.collecting import COLLECTORS
    from analysis.assurance.services.taking_down import TAKERS
    from analysis.runs.guards import SETTING_GUARDS
    from bandits.logged import access
    from bandits.logged import source as source
    from bandits.logged.since import decisions_since
    from bandits.proven_policies import policies_are_proven
    from bandits.taking_down import halt_while_ramping
    from experiments import readiness

    readiness.register_gate(policies_are_proven)
    COLLECTORS["decisions"] = decisions_since
    SETTING_GUARDS["decisions"] = access.of_one_study
    TAKERS["bandits"] = halt_while_ramping
