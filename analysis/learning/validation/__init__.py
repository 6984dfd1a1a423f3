"""Which samples train and which are held out: schemes, found by name. To add one, see ``members``.

scheme = parse_validation({"scheme": "kfold", "folds": 5, "stratified": True, "seed": 18})
[fold, *others] = scheme.folds_to_run()
parts = scheme.divide(Samples(n=600, labels=labels), fold)      # {"train": indices, "validation": indices}
"""

from analysis.learning.seeds import splitting_seed
from analysis.learning.validation.given import Given
from analysis.learning.validation.grouped import Grouped
from analysis.learning.validation.hold_out import HoldOut
from analysis.learning.validation.kfold import KFold
from analysis.learning.validation.nested import Nested
from analysis.learning.validation.predefined import Predefined
from analysis.learning.validation.repeated import Repeated
from analysis.learning.validation.samples import Samples
from analysis.learning.validation.scheme import SCHEMES, TEST, TRAIN, VALIDATION, Scheme
from analysis.learning.validation.time_series import TimeSeries
from experiments.problems import Path
from experiments.types import Json, JsonObject

__all__ = [
    "SCHEMES",
    "TEST",
    "TRAIN",
    "VALIDATION",
    "Given",
    "Grouped",
    "HoldOut",
    "KFold",
    "Nested",
    "Predefined",
    "Repeated",
    "Samples",
    "Scheme",
    "TimeSeries",
    "parse_validation",
    "settled",
]


def parse_validation(spec: Json, path: Path = ("validation",)) -> Scheme:
    """What a document says under ``validation``; null: the data come divided. ComponentError with every fault."""
    return Given() if spec is None else SCHEMES.parse(spec, path)


def settled(spec: JsonObject, *, experiment: int) -> JsonObject:
    """The same with its seed written down: what a setting carries, so that a run needs to know nothing else.

    experiment: its seed, from which the folds follow unless ``spec`` has a seed of its own.
    """
    return {**spec, "seed": spec.get("seed", splitting_seed(experiment))}
