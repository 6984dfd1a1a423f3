"""Rule lists and decision sets as surrogates of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.learners.bayesian import BayesianList
from analysis.explainers.learners.decision_set import DecisionSet
from analysis.explainers.learners.greedy import FallingList, GreedyList
from analysis.explainers.learners.learning import RuleLearner
from analysis.explainers.learners.optimal import OptimalList
from analysis.explainers.rules.imitating import ImitatingRules
from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class GreedyRuleList(ImitatingRules):
    """A list of rules in plain sight of how it came about: each parts the classes best of what was left.

    "If a: yes; else if b: no; else yes." The first rule that holds decides.
    """

    name: ClassVar[str] = "greedy_rule_list"
    example: ClassVar[JsonObject] = {"type": "greedy_rule_list", "most_rules": 3, "longest": 1}

    most_rules: int = takes(Whole(1, 30), "Rules at most, besides the default.", 6)

    def learner(self, target: int) -> RuleLearner:
        return GreedyList(self.most_rules)


@EXPLAINERS.register
@dataclass(frozen=True)
class FallingRuleList(ImitatingRules):
    """A list whose first rule tells where the class is likeliest, and every next one where it is less so.

    Each rule has the share of the class that is explained among the rows it decides: those at the top come first for
    whoever triages.
    """

    name: ClassVar[str] = "falling_rule_list"
    example: ClassVar[JsonObject] = {"type": "falling_rule_list", "most_rules": 3, "longest": 1}

    most_rules: int = takes(Whole(1, 30), "Rules at most, besides the default.", 6)

    def learner(self, target: int) -> RuleLearner:
        return FallingList(target, self.most_rules)


@EXPLAINERS.register
@dataclass(frozen=True)
class BayesianRuleList(ImitatingRules):
    """The likeliest rule list under a prior that likes few rules and few conditions.

    Found by Metropolis-Hastings chains (Letham et al. 2015); if they do not agree on it, a warning says so.
    """

    name: ClassVar[str] = "bayesian_rule_list"
    example: ClassVar[JsonObject] = {"type": "bayesian_rule_list", "steps": 100, "most": 10, "longest": 1}
    is_random: ClassVar[bool] = True

    most: int = takes(Whole(1, 1000), "Antecedents that rules are made of: those that part the classes best.", 50)
    length: float = takes(Real(0.1, 20), "Rules that are expected, the mean of a Poisson prior.", 3.0)
    width: float = takes(Real(0.1, 5), "Conditions of a rule that are expected, likewise.", 1.0)
    alpha: float = takes(Real(0.01, 100), "Rows of each class that a rule is taken to have seen before any.", 1.0)
    steps: int = takes(Whole(10, 1_000_000), "Steps of a chain.", 3000)
    chains: int = takes(Whole(1, 20), "Chains, each from the empty list.", 3)

    def learner(self, target: int) -> RuleLearner:
        return BayesianList(self.length, self.width, self.alpha, self.steps, self.chains)


@EXPLAINERS.register
@dataclass(frozen=True)
class OptimalRuleList(ImitatingRules):
    """The rule list with the fewest errors, where every rule must save more than it costs to read.

    Branch and bound in the manner of CORELS (Angelino et al. 2018). Ended by its limit it says that the list is not
    proven optimal, and how much better one could be.
    """

    name: ClassVar[str] = "optimal_rule_list"
    example: ClassVar[JsonObject] = {"type": "optimal_rule_list", "cost": 0.05, "most": 15, "longest": 1}

    most: int = takes(Whole(1, 1000), "Antecedents that rules are made of: those that part the classes best.", 60)
    cost: float = takes(Real(0.001, 1), "Share of the rows that a rule must save.", 0.02)
    limit: int = takes(Whole(10, 100_000_000), "Lists after which the search ends, proven or not.", 200_000)

    def learner(self, target: int) -> RuleLearner:
        return OptimalList(self.cost, self.limit)


@EXPLAINERS.register
@dataclass(frozen=True)
class InterpretableDecisionSet(ImitatingRules):
    """Rules that can be read one by one, in any order, and seldom contradict each other.

    Few, short, hardly overlapping, right where they hold, and some for every class (Lakkaraju et al. 2016). Where two
    disagree, the one with the larger F1 decides.
    """

    name: ClassVar[str] = "decision_set"
    example: ClassVar[JsonObject] = {"type": "decision_set", "most": 12, "longest": 1}

    most: int = takes(Whole(1, 1000), "Antecedents that rules are made of: those that part the classes best.", 50)
    rule: float = takes(Real(0, 1), "Cost of a rule, as a share of the rows; likewise below.", 0.02)
    condition: float = takes(Real(0, 1), "Cost of a condition.", 0.005)
    wrong: float = takes(Real(0, 10), "Cost of a row covered by a rule of another class.", 1.0)
    same: float = takes(Real(0, 10), "Cost of a row covered by two rules of the same class.", 0.3)
    different: float = takes(Real(0, 10), "Cost of a row covered by two rules of different classes.", 0.6)
    variety: float = takes(Real(0, 1), "Worth of each class that has a rule.", 0.05)

    def learner(self, target: int) -> RuleLearner:
        return DecisionSet(self.rule, self.condition, self.wrong, self.same, self.different, self.variety)
