"""Who may see results: whoever may download the data."""

from __future__ import annotations

from analysis.views.doors import of_experiment
from experiments.access import Right

may_see_results = of_experiment(Right.DOWNLOAD, title="Results")
