"""System checks: what would surprise at run time is said at the start."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import Error as DatabaseProblem
from django.utils.module_loading import import_string

from bandits.web import options, syncing
from bandits.web.deciding import nearest
from bandits.web.declared import DECLARED
from bandits.web.naming import MISFITS, NAMED
from bandits.web.source import named_in_files
from experiments.models import Experiment

TAG = "bandits"
MIDDLEWARE = "bandits.web.middleware.BanditsMiddleware"


@register(TAG)
def experiments_named_in_code_exist(
    *, databases: Sequence[str] | None = None, **_options: object
) -> list[CheckMessage]:
    """An error for a name that no experiment has; a warning while migrating, before there can be any."""
    names = _names()
    try:
        known = [*Experiment.objects.values_list("slug", flat=True)] if names else []
        behind = syncing.out_of_step() if DECLARED else []
    except (DatabaseProblem, RuntimeError):  # away, without tables, or not to be asked in this test
        return []
    kind = Warning if databases else Error
    unknown = sorted(names.keys() - set(known) - DECLARED.keys())
    return [
        *(_unknown(kind, slug, sorted(names[slug]), [*known, *DECLARED]) for slug in unknown),
        *(_behind(slug) for slug in behind),
    ]


@register(TAG)
def code_fits_together(**_options: object) -> list[CheckMessage]:
    """Views take the arguments they are given, declarations can be run, the setting means something."""
    names = _names()
    missing = names and not any(_is_ours(path) for path in settings.MIDDLEWARE)
    hint = "Write the keyword argument into the view's signature."
    return [
        *(Error(problem, hint=hint, id="bandits.E002") for problem in dict.fromkeys(MISFITS)),
        *([Error("Experiments are used, without the middleware.", hint=_ADD, id="bandits.E003")] if missing else []),
        *(Error(problem, id="bandits.E004") for problem in options.problems()),
        *(
            Error(problem, hint="In the call of bandits.web.experiment().", id="bandits.E005")
            for problem in syncing.problems()
        ),
    ]


_ADD = f"Add “{MIDDLEWARE}” to MIDDLEWARE."


def _names() -> dict[str, set[str]]:
    """What decorators, declarations, templates and calls name. The addresses are loaded first: they load the views."""
    if getattr(settings, "ROOT_URLCONF", None):
        import_module(settings.ROOT_URLCONF)
    names = {slug: set(places) for slug, places in NAMED.items()}
    for slug, places in named_in_files().items():
        names.setdefault(slug, set()).update(places)
    return names


def _unknown(kind: type[Error] | type[Warning], slug: str, places: list[str], known: list[str]) -> CheckMessage:
    return kind(
        f"There is no experiment “{slug}”, which {', '.join(places[:3])} asks for.",
        hint=nearest(slug, known),
        id="bandits.E001" if kind is Error else "bandits.W001",
    )


def _behind(slug: str) -> CheckMessage:
    hint = "Run: manage.py sync_experiments"
    return Warning(
        f"The experiment “{slug}” in the database is not what the code declares.", hint=hint, id="bandits.W002"
    )


def _is_ours(path: str) -> bool:
    found = import_string(path)
    return path == MIDDLEWARE or (isinstance(found, type) and issubclass(found, import_string(MIDDLEWARE)))
