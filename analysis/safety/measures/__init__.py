"""What a constraint may speak of. To add a measure: one class in this folder, one line here (docs/recipes)."""

from collections.abc import Iterable, Mapping

from analysis.safety.measures.accuracy import Accuracy, ConfusionMatrix
from analysis.safety.measures.deciding import Hard
from analysis.safety.measures.errors import MeanAbsoluteError, MeanError, MeanPrediction, MeanSquaredError
from analysis.safety.measures.own import Own
from analysis.safety.measures.rates import (
    FalseNegativeRate,
    FalsePositiveRate,
    NegativeRate,
    PositiveRate,
    TrueNegativeRate,
    TruePositiveRate,
)
from analysis.safety.measures.risky import RISKS, Risky
from analysis.safety.terms import Measure, Regime

__all__ = ["MEASURES", "Hard", "Own", "Risky", "measures_of", "together"]


def together(measures: Iterable[Measure], *more: Measure) -> dict[str, Measure]:
    """By name; a new one each time, so that one's own measures are nobody else's. ValueError for two of one name."""
    found: dict[str, Measure] = {}
    for measure in (*measures, *more):
        if measure.name in found:
            raise ValueError(f"There are two measures called {measure.name}.")
        found[measure.name] = measure
    return found


PREDICTING: tuple[Measure, ...] = (
    PositiveRate(),
    NegativeRate(),
    TruePositiveRate(),
    FalsePositiveRate(),
    TrueNegativeRate(),
    FalseNegativeRate(),
    Accuracy(),
    ConfusionMatrix(),
)
ERRORS: tuple[Measure, ...] = (MeanSquaredError(), MeanError(), MeanAbsoluteError(), MeanPrediction(), *RISKS)

MEASURES: Mapping[str, Measure] = together([*PREDICTING, *(Hard(measure) for measure in PREDICTING), *ERRORS])


def measures_of(regime: Regime, measures: Mapping[str, Measure] = MEASURES) -> dict[str, Measure]:
    """Those that a constraint may name there."""
    return {name: measure for name, measure in measures.items() if regime in measure.regimes}
