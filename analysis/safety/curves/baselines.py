"""Contenders of other libraries: fitted on all rows of the sample, as one would without a promise to keep."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from analysis.learning.components import Finding, ListOf, OneOf, Real, Text, Whole
from analysis.learning.estimators.wanted import Wanted
from analysis.learning.members import takes
from analysis.safety.curves.contenders import CONTENDERS, Answer, Contender
from analysis.safety.curves.population import Population
from analysis.safety.models.estimators import ARGUMENTS
from analysis.safety.setting import regime_of
from analysis.safety.terms import Array, Regime, Rows
from experiments.types import Json, JsonObject

DISPARITIES = {
    "demographic_parity": "DemographicParity",
    "equalized_odds": "EqualizedOdds",
    "equal_opportunity": "TruePositiveRateParity",
    "predictive_equality": "FalsePositiveRateParity",
}
NOT_THERE = "Install Fairlearn beside Machina: pip install -r requirements-fairness.txt."


@dataclass(frozen=True)
class OfScikitLearn(Contender):
    """What its subclasses share: an estimator over the encoded features, which learns from the sample."""

    def wanted(self, population: Population) -> Wanted:
        """Which estimator."""
        raise NotImplementedError

    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        features = population.prepared(sample, rng=rng).features
        labels = population.rows.loaded.labels
        if not population.is_regression and len(np.unique(labels[sample])) < 2:
            return Answer(None, "Every row of this sample has the same label: nothing can be learnt.")
        estimator = self.wanted(population).built(int(rng.integers(2**31)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of solvers that stop early on a small sample
            estimator.fit(features[sample], labels[sample])
        return Answer(_outputs(estimator, features, population))


@CONTENDERS.register
@dataclass(frozen=True)
class Estimator(OfScikitLearn):
    """Any estimator of scikit-learn: a decision tree, a random forest, boosting."""

    name: ClassVar[str] = "estimator"
    example: ClassVar[JsonObject] = {"kind": "estimator", "estimator": "RandomForestClassifier"}

    estimator: str = takes(Text(100, 1), "Its class in scikit-learn.", "DecisionTreeClassifier")
    arguments: Mapping[str, Json] = field(default_factory=dict, metadata={"parameter": ARGUMENTS})

    def wanted(self, population: Population) -> Wanted:
        return Wanted(self.estimator, self.arguments)


@CONTENDERS.register
@dataclass(frozen=True)
class Logistic(OfScikitLearn):
    """Logistic regression of scikit-learn: what most people would do first."""

    name: ClassVar[str] = "logistic_regression"
    example: ClassVar[JsonObject] = {"kind": "logistic_regression", "C": 1.0}

    C: float = takes(Real(0, above=True), "The inverse of its penalty.", 1.0)

    def faults_in(self, setting: JsonObject) -> list[Finding]:
        if regime_of(setting) != Regime.REGRESSION:
            return []
        return [((), "A logistic regression predicts classes.", "Write linear_regression.")]

    def wanted(self, population: Population) -> Wanted:
        return Wanted("LogisticRegression", {"C": self.C, "solver": "newton-cholesky"})


@CONTENDERS.register
@dataclass(frozen=True)
class Linear(OfScikitLearn):
    """Linear regression of scikit-learn."""

    name: ClassVar[str] = "linear_regression"
    example: ClassVar[JsonObject] = {"kind": "linear_regression"}

    def faults_in(self, setting: JsonObject) -> list[Finding]:
        if regime_of(setting) == Regime.REGRESSION:
            return []
        return [((), "A linear regression predicts numbers.", "Write logistic_regression.")]

    def wanted(self, population: Population) -> Wanted:
        return Wanted("LinearRegression", {})


@CONTENDERS.register
@dataclass(frozen=True)
class Fairlearn(Contender):
    """Fairlearn's reduction (exponentiated gradient) over logistic regressions: constraints on the sample, no test.

    Its answer is a lot over classifiers; what is judged is its probability of class 1. Agarwal et al. (2018).
    """

    name: ClassVar[str] = "fairlearn"
    example: ClassVar[JsonObject] = {"kind": "fairlearn", "constraint": "demographic_parity", "difference": 0.1}

    constraint: str = takes(OneOf(*DISPARITIES), "What is to be alike between the groups.", "demographic_parity")
    difference: float = takes(Real(0, 1, above=True, below=True), "By how much they may differ.", 0.1)
    between: tuple[str, ...] = takes(
        ListOf(Text(100, 1)), "Groups of the document. Empty: all of them.", (), written=[]
    )
    iterations: int = takes(Whole(1, 1_000), "Of the reduction, at most.", 50)

    def faults_in(self, setting: JsonObject) -> list[Finding]:
        found: list[Finding] = []
        if regime_of(setting) != Regime.BINARY:
            found.append(((), "Fairlearn's reduction is for two classes.", "Leave it out."))
        if find_spec("fairlearn") is None:
            found.append(((), "Fairlearn is not installed.", NOT_THERE))
        groups = setting.get("groups")
        known = list(groups) if isinstance(groups, dict) else []
        found += [(("between",), f"There is no group “{name}”.", "") for name in self.between if name not in known]
        return found

    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        from fairlearn import reductions

        features, labels = population.prepared(sample, rng=rng).features, population.rows.loaded.labels
        among = self._groups(population)
        if len(np.unique(labels[sample])) < 2:
            return Answer(None, "Every row of this sample has the same label: nothing can be learnt.")
        moment = getattr(reductions, DISPARITIES[self.constraint])(difference_bound=self.difference)
        inner = Wanted("LogisticRegression", {"max_iter": 1_000, "solver": "liblinear"}).built(int(rng.integers(2**31)))
        mitigator: Any = reductions.ExponentiatedGradient(inner, moment, max_iter=self.iterations)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas, and of groups without a row of some class
            mitigator.fit(features[sample], labels[sample], sensitive_features=among[sample])
            outputs: Array = np.asarray(mitigator._pmf_predict(features)[:, 1], dtype=float)
        return Answer(outputs)

    def _groups(self, population: Population) -> Array:
        """The number of the row's group; rows of none are one of their own."""
        groups = population.rows.loaded.groups
        numbers = np.zeros(len(population))
        for number, name in enumerate(self.between or tuple(groups), start=1):
            numbers[groups[name]] = number
        return numbers


def _outputs(estimator: Any, features: Array, population: Population) -> Array:
    """Probabilities in the document's order of classes; decisions of an estimator that has no probabilities."""
    if population.is_regression:
        return np.asarray(estimator.predict(features), dtype=float)
    classes = len(population.rows.loaded.classes)
    wide = np.zeros((len(features), classes))
    if hasattr(estimator, "predict_proba"):
        wide[:, estimator.classes_.astype(int)] = estimator.predict_proba(features)
    else:
        wide[np.arange(len(features)), np.asarray(estimator.predict(features)).astype(int)] = 1.0
    return wide[:, 1] if classes == 2 else wide
