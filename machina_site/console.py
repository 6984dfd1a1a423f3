"""The console's look: name, colours, sidebar, dashboard. Settings import UNFOLD from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.templatetags.static import static
from django.urls import reverse_lazy

if TYPE_CHECKING:
    from django.http import HttpRequest


DATA = "machina_site.console.may_download"
ACCOUNTS = "machina_site.console.is_superuser"


def _link(title: str, icon: str, url: str, *, permission: str = "") -> dict[str, object]:
    entry: dict[str, object] = {"title": title, "icon": icon, "link": reverse_lazy(url)}
    return {**entry, "permission": permission} if permission else entry


def is_superuser(request: HttpRequest) -> bool:
    """Accounts are theirs."""
    return bool(request.user.is_superuser)


def may_download(request: HttpRequest) -> bool:
    """Values and answers are for those who may download data somewhere."""
    from experiments.access import Right  # models come up after the settings that import this module
    from experiments.console.rights import has_right_somewhere

    return has_right_somewhere(request, Right.DOWNLOAD)


def _asset(path: str) -> object:
    return lambda request: static(path)


UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Machina",
    "SITE_HEADER": "Machina",
    "SITE_SUBHEADER": "Experiments, from design to data",
    "SITE_ICON": _asset("machina/logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("machina/logo.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "DASHBOARD_CALLBACK": "machina_site.home.dashboard.dashboard",
    "STYLES": [_asset("machina/console.css")],
    "SCRIPTS": [_asset("machina/console.js")],
    "COLORS": {
        "primary": {
            "50": "oklch(97.7% .017 195)",
            "100": "oklch(94.4% .036 195)",
            "200": "oklch(89.2% .062 196)",
            "300": "oklch(82.1% .089 198)",
            "400": "oklch(71.5% .108 200)",
            "500": "oklch(60.4% .103 203)",
            "600": "oklch(51.1% .09 207)",
            "700": "oklch(44.6% .077 210)",
            "800": "oklch(39.2% .064 213)",
            "900": "oklch(34.7% .054 216)",
            "950": "oklch(25.8% .046 219)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    _link("Overview", "dashboard", "admin:index"),
                    _link("Studies", "folder", "admin:experiments_study_changelist"),
                    _link("Experiments", "science", "admin:experiments_experiment_changelist"),
                ],
            },
            {
                "title": "Computations",
                "separator": True,
                "items": [
                    _link("Board", "monitoring", "runs:batches"),
                    _link("Batches", "grid_view", "admin:runs_batch_changelist"),
                    _link("Runs", "play_circle", "admin:runs_run_changelist"),
                    _link("Safety tests", "verified_user", "assurance:tests"),
                    _link("Hooks", "notifications", "admin:runs_notice_changelist"),
                    _link("Design a batch", "account_tree", "analysis:design_batch"),
                    _link("Methods", "functions", "toolbox:methods"),
                ],
            },
            {
                "title": "People",
                "separator": True,
                "items": [
                    _link("Sessions", "directions_walk", "admin:participants_session_changelist"),
                    _link("Participants", "person", "admin:participants_participant_changelist"),
                    _link("Personal data", "person_off", "crowd:retention"),
                    _link("Pages answered", "quiz", "admin:participants_trial_changelist", permission=DATA),
                ],
            },
            {
                "title": "Crowd",
                "separator": True,
                "items": [
                    _link("Campaigns", "campaign", "crowd:campaigns"),
                    _link("Accounts", "account_balance_wallet", "crowd:accounts"),
                    _link("Differences", "difference", "crowd:differences"),
                ],
            },
            {
                "title": "Record",
                "separator": True,
                "items": [
                    _link("Diary", "menu_book", "admin:experiments_event_changelist"),
                    _link("Assignments", "call_split", "admin:experiments_assignment_changelist"),
                    _link("Places", "event_seat", "admin:experiments_slot_changelist"),
                    _link("Decisions", "alt_route", "admin:bandits_decision_changelist"),
                    _link("Rewards", "redeem", "admin:bandits_reward_changelist", permission=DATA),
                    _link("What was learnt", "school", "admin:bandits_policystate_changelist"),
                    _link("Budgets", "savings", "admin:bandits_purse_changelist"),
                    _link("Switches", "swap_horiz", "admin:bandits_switch_changelist", permission=DATA),
                    _link("Measurements", "straighten", "admin:experiments_measurement_changelist", permission=DATA),
                    _link("Units", "scatter_plot", "admin:experiments_unit_changelist"),
                    _link("Versions", "history", "admin:experiments_version_changelist"),
                ],
            },
            {
                "title": "Access",
                "separator": True,
                "items": [
                    _link("API tokens", "key", "admin:experiments_apitoken_changelist"),
                    _link("API documentation", "api", "docs"),
                    _link("Users", "group", "admin:auth_user_changelist", permission=ACCOUNTS),
                ],
            },
        ],
    },
}
