"""Any estimator of scikit-learn, as it is or adjusted: its scores are the features of a small model that is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np

from analysis.learning.components import Anything, Finding, ListOf, MappingOf, OneOf, Parameter, Text, Whole
from analysis.learning.estimators.catalogue import PLACES
from analysis.learning.members import takes
from analysis.learning.running import State
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.linear import FittedLinear
from analysis.safety.models.logistic import FittedLogistic
from analysis.safety.models.multiclass import FittedMulticlassLogistic
from analysis.safety.models.trees import SUPERVISED
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

NEAR: Final = 1e-4
"""Scores are kept this far from 0 and 1: a forest that is certain could never be moved."""
FIXED, CALIBRATED = "fixed", "calibrated"


class FittedAsItIs:
    """Outputs that no parameter moves. theta: shape (0,)."""

    size = 0

    def __init__(self, said: Array) -> None:
        self.said = said

    def outputs(self, theta: Array) -> Array:
        return self.said

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return np.zeros(0)


@dataclass(frozen=True, eq=False)
class FittedEstimator(Family):
    """An estimator that was fitted on the candidate rows, and how it is adjusted.

    estimator: of scikit-learn. by: columns of the features that the adjustment sees besides. seen, held_out: the rows
    it learnt from, and what copies of it said of rows that they had not seen; only the search looks at them.
    """

    name: ClassVar[str] = "fitted_estimator"
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    estimator: Any
    adjust: str
    by: tuple[int, ...] = ()
    seen: Array = field(default_factory=lambda: np.zeros((0, 0)))
    held_out: Array = field(default_factory=lambda: np.zeros(0))

    def over(self, features: Array, *, classes: int) -> Fitted:
        return self._adjusted(features, said(self.estimator, features, classes), classes)

    def while_searching(self, features: Array, *, classes: int) -> Fitted:
        if not len(self.held_out):
            return self.over(features, classes=classes)
        places = {row.tobytes(): place for place, row in enumerate(np.ascontiguousarray(self.seen))}
        found = np.array([places.get(row.tobytes(), -1) for row in np.ascontiguousarray(features)], dtype=np.intp)
        scores, is_known = said(self.estimator, features, classes), found >= 0
        scores[is_known] = self.held_out[found[is_known]]
        return self._adjusted(features, scores, classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        """As it was fitted."""
        if self.adjust == FIXED:
            return np.zeros(0)
        if classes <= 2:
            return np.concatenate([[0.0, 1.0], np.zeros(len(self.by))])
        unchanged = np.concatenate([np.zeros((1, classes)), np.eye(classes), np.zeros((len(self.by), classes))])
        return np.asarray(unchanged.reshape(-1))

    def kept(self) -> State:
        """NotKeepable if scikit-learn's estimator cannot be written without a pickle."""
        from analysis.learning.estimators.keeping import written

        columns: list[Json] = list(self.by)
        return State({"estimator": written(self.estimator)}, {"type": self.name, "adjust": self.adjust, "by": columns})

    @classmethod
    def restored(cls, state: State) -> FittedEstimator:
        """What `kept` gave. ValueError if it holds anything that is not scikit-learn's."""
        from analysis.learning.estimators.keeping import restored

        by = state.values["by"]
        columns = tuple(int(str(column)) for column in by) if isinstance(by, list | tuple) else ()
        estimator = restored(np.asarray(state.arrays["estimator"], dtype=np.uint8))
        return cls(estimator, str(state.values["adjust"]), columns)

    def _adjusted(self, features: Array, scores: Array, classes: int) -> Fitted:
        if self.adjust == FIXED:
            return FittedAsItIs(scores)
        aside = features[:, list(self.by)]
        if classes == 0:
            return FittedLinear(np.column_stack([scores, aside]))
        inner = np.clip(scores, NEAR, 1.0 - NEAR)
        if classes == 2:
            return FittedLogistic(np.column_stack([np.log(inner / (1.0 - inner)), aside]))
        return FittedMulticlassLogistic(np.column_stack([np.log(inner), aside]), classes)


ARGUMENTS: Final = Parameter(MappingOf(Anything()), "Its arguments by name.", {})


@MODELS.register
@dataclass(frozen=True)
class ScikitLearn(Family):
    """Any classifier or regressor of scikit-learn, fitted on the candidate rows without constraints.

    calibrated: the constraints then move its scores: a sigmoid (or softmax, or line) of score and the columns `by`, so
    that each group can get a threshold of its own where a group is among the features. fixed: nothing moves it, and
    only the safety test speaks. The search sees what copies of it said of rows they had not learnt from (`folds`).
    """

    name: ClassVar[str] = "scikit_learn"
    example: ClassVar[JsonObject] = {
        "type": "scikit_learn",
        "estimator": "HistGradientBoostingClassifier",
        "arguments": {"max_iter": 50},
    }
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    estimator: str = takes(Text(100, 1), "A class of scikit-learn.", "RandomForestClassifier")
    arguments: Mapping[str, Json] = field(default_factory=dict, metadata={"parameter": ARGUMENTS})
    adjust: str = takes(OneOf(CALIBRATED, FIXED), "Whether constraints may move its scores.", CALIBRATED)
    by: tuple[str, ...] = takes(ListOf(Text(200, 1)), "Features that move them besides the score.", (), [])
    folds: int = takes(Whole(0, 20), "Copies that the search asks about strange rows; 0 or 1: it asks itself.", 5)

    def disagreements(self) -> Iterator[Finding]:
        if self.estimator not in PLACES:
            hint = did_you_mean(self.estimator, PLACES)
            yield ("estimator",), f"Scikit-learn has no estimator “{self.estimator}”.", hint
            return
        from analysis.learning.estimators.wanted import faults

        for at, said_of_it, hint in faults(self.estimator, dict(self.arguments)):
            yield ({"name": "estimator", "parameters": "arguments"}[str(at[0])], *at[1:]), said_of_it, hint

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        """ValueError if it is no classifier (or regressor), or a column of `by` is no feature."""
        from analysis.learning.estimators.wanted import Wanted

        made = Wanted(self.estimator, dict(self.arguments)).built(int(rng.integers(2**31)))
        _refuse_other_kind(made, classes)
        held_out = _held_out(made, samples.features, samples.labels, (classes, self.folds), int(rng.integers(2**31)))
        return FittedEstimator(
            made.fit(samples.features, samples.labels),
            self.adjust,
            tuple(column for name in self.by for column in _columns(name, samples.names)),
            samples.features if len(held_out) else np.zeros((0, 0)),
            held_out,
        )


def said(estimator: Any, features: Array, classes: int) -> Array:
    """(n,) probabilities of class 1 or numbers, or (n, classes); 0 for a class that the estimator never saw."""
    if classes == 0:
        return np.asarray(estimator.predict(features), dtype=np.float64).reshape(len(features))
    found = np.zeros((len(features), classes))
    found[:, np.asarray(estimator.classes_, dtype=np.intp)] = _probabilities(estimator, features)
    return found[:, 1] if classes == 2 else found


def _probabilities(estimator: Any, features: Array) -> Array:
    """What it decides, as certainties, where it knows no probabilities."""
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(features), dtype=np.float64)
    return np.asarray(np.asarray(estimator.predict(features))[:, None] == estimator.classes_, dtype=np.float64)


def _held_out(estimator: Any, features: Array, labels: Array, of: tuple[int, int], seed: int) -> Array:
    """What a copy that was fitted on the other folds says of each row; nothing where rows are too few for folds."""
    from sklearn.base import clone
    from sklearn.model_selection import KFold, StratifiedKFold

    classes, folds = of
    rarest = int(np.unique(labels, return_counts=True)[1].min()) if classes else len(labels)
    folds = min(folds, rarest)
    if folds < 2:
        return np.zeros(0)
    kind = StratifiedKFold if classes else KFold
    found = np.zeros((len(labels), classes) if classes > 2 else len(labels))
    for learnt, asked in kind(folds, shuffle=True, random_state=seed).split(features, labels):
        copy = clone(estimator).fit(features[learnt], labels[learnt])
        found[asked] = said(copy, features[asked], classes)
    return found


def _refuse_other_kind(estimator: Any, classes: int) -> None:
    from sklearn.base import is_classifier, is_regressor

    wanted, fits = ("classifier", is_classifier) if classes else ("regressor", is_regressor)
    if not fits(estimator):
        raise ValueError(f"{type(estimator).__name__} is no {wanted}: this regime asks for one.")


def _columns(name: str, names: tuple[str, ...]) -> list[int]:
    """A feature by its name; a column of texts by its own, for all of its categories."""
    found = [place for place, known in enumerate(names) if known == name or known.startswith(f"{name}=")]
    if not found:
        raise ValueError(f"“{name}” is no feature, so it cannot move the scores. {did_you_mean(name, names)}")
    return found


__all__ = ["FittedAsItIs", "FittedEstimator", "ScikitLearn"]
