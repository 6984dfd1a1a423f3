"""Anchors: few conditions under which the model nearly always says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.bodies import Anchor
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.rules.confidence import exploration, lower, upper
from analysis.explainers.rules.predicates import Predicate, conditions_of, drawn, hold, predicates_of
from analysis.explainers.saying import one, predicted
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of, told
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.data.features import Feature
from analysis.learning.members import takes
from experiments.types import JsonObject

MOST_TRIED_ALL = 12
BATCH = 50
Rule = tuple[int, ...]
"""Places of predicates, rising."""


@dataclass(slots=True)
class Arm:
    """What was seen of a rule: of n rows that it covers, kept have the outcome."""

    coverage: float
    n: int = 0
    kept: int = 0

    @property
    def precision(self) -> float:
        return self.kept / self.n if self.n else 0.0


@dataclass(slots=True)
class Hunt:
    """The search for one sample's anchor: draws rows, asks the model, and remembers what it answered."""

    predicates: tuple[Predicate, ...]
    rows: Reals
    sample: Reals
    stays: Callable[[Reals], NDArray[np.bool_]]
    rng: np.random.Generator
    arms: dict[Rule, Arm] = field(default_factory=dict)

    def arm(self, rule: Rule) -> Arm:
        """As it stands; of a new rule, with its coverage of the background."""
        if rule not in self.arms:
            self.arms[rule] = Arm(float(hold(self._of(rule), self.rows).mean()))
        return self.arms[rule]

    def ask(self, rule: Rule, n: int = BATCH) -> None:
        """n more rows."""
        arm = self.arm(rule)
        arm.kept += int(self.stays(drawn(self._of(rule), self.rows, self.sample, n, self.rng)).sum())
        arm.n += n

    def _of(self, rule: Rule) -> tuple[Predicate, ...]:
        return tuple(self.predicates[place] for place in rule)


@EXPLAINERS.register
@dataclass(frozen=True)
class Anchors(Explainer):
    """The conditions, as few and as wide as can be, under which the prediction stays the same.

    Of the rules that hold of the sample, the one that covers most of the background among those whose precision is at
    least `threshold`, with confidence 1 - delta (Ribeiro et al. 2018). Rules grow by one condition at a time; KL-LUCB
    says of which to draw more rows. Up to 12 conditions all rules are tried. The bound holds for all rules and looks
    together. A number's outcome is to stay within `tolerance`.
    """

    name: ClassVar[str] = "anchors"
    example: ClassVar[JsonObject] = {"type": "anchors", "threshold": 0.9, "parts": 2, "draws": 200}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"anchor"})
    is_random: ClassVar[bool] = True

    threshold: float = takes(Real(0.5, 0.999), "Least precision.", 0.95)
    delta: float = takes(Real(1e-6, 0.5), "Chance that the precision is below its bound after all.", 0.05)
    epsilon: float = takes(Real(0.01, 0.5), "Differences in precision that do not matter when rules are ranked.", 0.15)
    beam: int = takes(Whole(1, 50), "Rules that are kept at each length.", 4)
    longest: int = takes(Whole(1, 10), "Conditions at most.", 5)
    parts: int = takes(Whole(2, 20), "Equal parts of the background that a number's values are cut into.", 4)
    draws: int = takes(Whole(50, 1_000_000), "Rows drawn at most for one rule.", 2000)
    tolerance: float = takes(
        Real(1e-6, 10), "How far a number may move, in standard deviations of the predictions for the background.", 0.5
    )

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        spread = float(model.outputs(background.rows)[:, 0].std()) or 1.0

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, prediction = np.asarray(sample, dtype=float), predicted(model, sample, None)
            reach = self.tolerance * spread
            outcome = prediction.label or f"between {prediction.value - reach:.6g} and {prediction.value + reach:.6g}"
            predicates = predicates_of(background, row, self.parts)
            stays = _stays(model, row, reach)
            hunt = Hunt(predicates, background.rows, row, stays, np.random.default_rng(seed))
            rule, is_sure = self.anchor(hunt)
            return Explanation(
                method=self.name,
                body=self._body(hunt, rule, outcome, columns_of(background)),
                prediction=prediction,
                parameters=told(self),
                seed=seed,
                background=background.digest(),
                warnings=() if is_sure else (f"No rule was found whose precision is surely {self.threshold:g}.",),
            )

        return explain

    def anchor(self, hunt: Hunt) -> tuple[Rule, bool]:
        """The widest rule that is precise enough, and whether there is one; else the most precise one."""
        if len(hunt.predicates) <= MOST_TRIED_ALL:
            return self._best(hunt, self._all(len(hunt.predicates)))
        best: list[Rule] = [()]
        sure: list[Rule] = self._sure(hunt, best)
        for _ in range(self.longest):
            widest = max((hunt.arm(rule).coverage for rule in sure), default=-1.0)
            longer = sorted({tuple(sorted({*rule, new})) for rule in best for new in range(len(hunt.predicates))})
            longer = [rule for rule in longer if rule not in hunt.arms and hunt.arm(rule).coverage > widest]
            if not longer:
                break
            best = self._ranked(hunt, longer)
            sure += self._sure(hunt, best)
        return self._best(hunt, sure or best)

    def _all(self, n: int) -> list[Rule]:
        return [rule for size in range(min(n, self.longest) + 1) for rule in combinations(range(n), size)]

    def _best(self, hunt: Hunt, rules: list[Rule]) -> tuple[Rule, bool]:
        sure = self._sure(hunt, rules)
        if sure:
            return min(sure, key=lambda rule: (-hunt.arm(rule).coverage, len(rule), rule)), True
        return min(rules, key=lambda rule: (-self._low(hunt, rule), len(rule), rule)), False

    def _sure(self, hunt: Hunt, rules: Iterable[Rule]) -> list[Rule]:
        """Those whose precision is at least the threshold, with confidence: rows are drawn until that is known."""
        return [rule for rule in rules if self._is_sure(hunt, rule)]

    def _is_sure(self, hunt: Hunt, rule: Rule) -> bool:
        arm = hunt.arm(rule)
        while self._low(hunt, rule) < self.threshold:
            if arm.n >= self.draws or (arm.n and upper(arm.precision, arm.n, self._level(hunt, arm)) < self.threshold):
                return False
            hunt.ask(rule)
        return True

    def _low(self, hunt: Hunt, rule: Rule) -> float:
        arm = hunt.arm(rule)
        return lower(arm.precision, arm.n, self._level(hunt, arm))

    def _level(self, hunt: Hunt, arm: Arm) -> float:
        """Of a bound that holds with confidence for every rule there could be, whenever it is looked at."""
        n = len(hunt.predicates)
        rules = sum(comb(n, size) for size in range(min(n, self.longest) + 1))
        return exploration(rules, max(1, arm.n // BATCH), self.delta)

    def _ranked(self, hunt: Hunt, rules: list[Rule]) -> list[Rule]:
        """The `beam` most precise of them, by KL-LUCB: the two that are most in doubt are asked until none is."""
        for rule in rules:
            hunt.ask(rule)
        for round_ in range(1, 1 + self.draws // BATCH):
            order = sorted(rules, key=lambda rule: (-hunt.arm(rule).precision, rule))
            top, rest = order[: self.beam], order[self.beam :]
            if not rest:
                return top
            level = exploration(len(rules), round_, self.delta)
            ends = {rule: (hunt.arm(rule).precision, hunt.arm(rule).n, level) for rule in order}
            weak, strong = min(top, key=lambda rule: lower(*ends[rule])), max(rest, key=lambda rule: upper(*ends[rule]))
            if upper(*ends[strong]) - lower(*ends[weak]) < self.epsilon:
                return top
            hunt.ask(weak)
            hunt.ask(strong)
        return top

    def _body(self, hunt: Hunt, rule: Rule, outcome: str, features: tuple[Feature, ...]) -> Anchor:
        arm = hunt.arm(rule)
        return Anchor(
            conditions=conditions_of(tuple(hunt.predicates[place] for place in rule), features),
            outcome=outcome,
            precision=arm.precision,
            precision_low=self._low(hunt, rule),
            coverage=arm.coverage,
        )


def _stays(model: Model, row: Reals, reach: float) -> Callable[[Reals], NDArray[np.bool_]]:
    """Of which rows the model says what it says of this one."""
    said = model.outputs(one(row))[0]
    if model.labels:
        return lambda rows: np.asarray(model.outputs(rows).argmax(axis=1) == said.argmax())
    return lambda rows: np.asarray(np.abs(model.outputs(rows)[:, 0] - said[0]) <= reach)
