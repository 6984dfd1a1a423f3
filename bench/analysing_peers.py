"""gbstats 0.8.0 from sums and statsmodels from values: run by `bench.analysing_beside` in a venv of its own.

Knows nothing of this house. Prints JSON: of each the p-values and the milliseconds of CPU. Imports are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def main() -> None:
    """Every measure by each."""
    values = np.load(Path(sys.argv[1]) / "values.npz")
    names = list(dict.fromkeys(key.split("|")[0] for key in values.files))
    arms = [(values[f"{name}|0"], values[f"{name}|1"]) for name in names]
    print(
        json.dumps(
            {"gbstats 0.8.0, sums and test": timed(gbstats(), arms), "statsmodels 0.15.0": timed(models(), arms)}
        )
    )


def gbstats() -> Callable[[Array, Array], float]:
    """Its frequentist two-sided test from the sums that a warehouse would give."""
    from gbstats.frequentist.tests import FrequentistConfig, TwoSidedTTest
    from gbstats.models.statistics import SampleMeanStatistic

    config = FrequentistConfig(difference_type="absolute")

    def p(control: Array, treatment: Array) -> float:
        sums = [
            SampleMeanStatistic(n=len(x), sum=float(x.sum()), sum_squares=float((x**2).sum()))
            for x in (control, treatment)
        ]
        return float(TwoSidedTTest(*sums, config).compute_result().p_value)

    return p


def models() -> Callable[[Array, Array], float]:
    """Its Welch test of two samples."""
    from statsmodels.stats.weightstats import ttest_ind

    return lambda control, treatment: float(ttest_ind(treatment, control, usevar="unequal")[1])


def timed(p: Callable[[Any, Any], float], arms: list[tuple[Any, Any]]) -> dict[str, Any]:
    """All measures, once warm."""
    p(*arms[0])
    started = time.process_time()
    found = [p(*each) for each in arms]
    return {"p": found, "ms": 1000 * (time.process_time() - started)}


if __name__ == "__main__":
    main()
