"""What a constraint may speak of. To add a measure: one class in this folder, one line here (docs/recipes)."""

from collections.abc import Iterable, Mapping

from analysis.safety.measures.accuracy import Accuracy, ConfusionMatrix
from analysis.safety.measures.errors import MeanError, MeanSquaredError
from analysis.safety.measures.rates import (
    FalseNegativeRate,
    FalsePositiveRate,
    NegativeRate,
    PositiveRate,
    TrueNegativeRate,
    TruePositiveRate,
)
from analysis.safety.terms import Measure, Regime

__all__ = ["MEASURES", "measures_of", "together"]


def together(measures: Iterable[Measure], *more: Measure) -> dict[str, Measure]:
    """By name; a new one each time, so that one's own measures are nobody else's. ValueError for two of one name."""
    found: dict[str, Measure] = {}
    for measure in (*measures, *more):
        if measure.name in found:
            raise ValueError(f"There are two measures called {measure.name}.")
        found[measure.name] = measure
    return found


MEASURES: Mapping[str, Measure] = together(
    [
        PositiveRate(),
        NegativeRate(),
        TruePositiveRate(),
        FalsePositiveRate(),
        TrueNegativeRate(),
        FalseNegativeRate(),
        Accuracy(),
        ConfusionMatrix(),
        MeanSquaredError(),
        MeanError(),
    ]
)


def measures_of(regime: Regime, measures: Mapping[str, Measure] = MEASURES) -> dict[str, Measure]:
    """Those that a constraint may name there."""
    return {name: measure for name, measure in measures.items() if regime in measure.regimes}
