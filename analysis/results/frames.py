"""Results in a notebook, as pandas.

from machina_site.notebook import connect
connect()                               # outside of manage.py
from analysis.results.frames import results, series, units
results("lunch-2026")                   # a row for each question of the plan: verdict, estimate, interval, promise
series("lunch-2026", "score: …")        # the same estimate after ever more units
units("lunch-2026")                     # a row for each unit: arm, chance, attributes, its figure of each measure
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from analysis.registered.document import Plan
from analysis.results.asking.document import figure, flat
from analysis.results.columns import ARM, AT
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.looking import Look
from experiments.errors import Unknown
from experiments.models import Experiment

if TYPE_CHECKING:
    import pandas as pd


def results(slug: str, plan: Plan | None = None, *, is_rehearsal: bool | None = None) -> pd.DataFrame:
    """A row for each question, counted up to now. plan: ask another one's questions; nothing is registered by that."""
    import pandas as pd

    found = analyse(counted(slug), plan, is_rehearsal=is_rehearsal)
    return pd.DataFrame([dict(flat(each)) for each in found.answers])


def series(slug: str, question: str, *, is_rehearsal: bool = False) -> pd.DataFrame:
    """n, at, value, low, high after ever more units, and what the interval promises (validity); missing where there was
    no answer yet, or no bound.
    """
    import pandas as pd

    look = Look.at(counted(slug), is_rehearsal=is_rehearsal)
    rows = [
        {"n": each.n, "at": datetime.fromtimestamp(each.at, tz=UTC)}
        | {end: figure(getattr(each.estimate, end)) if each.estimate else None for end in ("value", "low", "high")}
        | {"validity": str(each.estimate.validity) if each.estimate else None}
        for each in look.series(question)
    ]
    return pd.DataFrame(rows, columns=["n", "at", "value", "low", "high", "validity"])


def units(slug: str, *, is_rehearsal: bool = False) -> pd.DataFrame:
    """A row for each unit that the plan keeps, without names: its key, arm, attributes, figures (NaN: not measured)."""
    import pandas as pd

    setting = Look.at(counted(slug), is_rehearsal=is_rehearsal).setting
    frame = pd.DataFrame(setting.columns.values, columns=list(setting.columns.names), index=setting.columns.keys)
    names = {pk: arm.name for pk, arm in setting.arms.items()}
    frame[ARM] = frame[ARM].map(names) if ARM in frame else None
    frame[AT] = pd.to_datetime(frame[AT], unit="s", utc=True) if AT in frame else None
    for name, texts in setting.columns.texts.items():
        frame[f"attribute:{name}"] = list(texts)
    return frame.rename_axis("unit")


def counted(slug: str) -> Experiment:
    """Unknown, with the names there are."""
    found = Experiment.objects.select_related("study", "version").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Experiment.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise Unknown(f"There is no experiment “{slug}”.", hint=f"Experiments: {known}.")
    fold(found, now=timezone.now())
    return found
