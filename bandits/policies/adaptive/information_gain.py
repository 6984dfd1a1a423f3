"""The arm whose next reward teaches most for its cost: to answer a question with few units, not to earn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import ClassVar

from analysis.statistics.bayes.best import among_twins
from bandits.policies.adaptive.among import shares_among
from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.propensities import QUADRATURE, Propensities, even, softmax
from bandits.policies.adaptive.state import ArmSums, State
from bandits.policies.adaptive.thompson import Posterior
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.arms import ArmName, ArmWeight
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Named, OneOf, Parameter, Real, Several

QUESTIONS = ("best_arm", "compare_to_control", "estimate")
STEPS = 6  # of a bulk request: what is learnt changes slowly within it, and each step is a quadrature
NOTHING_LEFT = 1e-12  # nats: below it, gains are rounding


@dataclass(frozen=True)
class InformationGain(ThompsonBernoulli):
    """Chances in proportion to (expected information / cost) ** sharpness: Lindley (1956), per unit of money.

    question: which arm is best, which beat the control, or each arm's own mean. Information is exact, by quadrature,
    for Beta posteriors; a reward between the bounds counts as so much of a success. When no arm can teach anything
    more, shares are even. costs: of a pull, by arm; 1 if not said. earlier: by arm, successes and units of an earlier
    version or study, of which ``earlier_share`` counts (a power prior). The floor keeps every arm's chance above 0, so
    that the record bears off-policy estimates.
    """

    name: ClassVar[str] = "information_gain"
    example: ClassVar[Mapping[str, object]] = {"policy": "information_gain", "question": "best_arm"}
    explores_by_counts: ClassVar[bool] = True
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **ThompsonBernoulli.parameters,
        "question": OneOf(QUESTIONS),
        "sharpness": Real(0, 100),
        "costs": Named(Real(1e-9, 1e12)),
        "earlier": Named(Several(Real(0, 1e9), 2, 2)),
        "earlier_share": Real(0, 1),
    }

    floor: float = 0.05
    question: str = "best_arm"
    sharpness: float = 4.0
    costs: Mapping[str, float] = field(default_factory=dict)
    earlier: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    earlier_share: float = 0.0

    def check(self, path: str) -> None:
        super().check(path)
        if self.question == "compare_to_control" and not self.control:
            raise PolicyError.wrong(f"{path}.control", "the name of an arm, as the question compares with it", "")
        for arm, (successes, units) in self.earlier.items():
            if successes > units:
                raise PolicyError.wrong(f"{path}.earlier.{arm}", "[successes, units], no more successes", successes)
        if self.earlier and not self.earlier_share:
            raise PolicyError.wrong(f"{path}.earlier_share", "above 0, as earlier units are given", 0)

    def believed(self, arm: ArmName, sums: ArmSums) -> Posterior:
        """The arm's Beta posterior, with what counts of earlier units."""
        a, b = self.posterior(sums, 0.0)
        successes, units = self.earlier.get(arm, (0.0, 0.0))
        return a + self.earlier_share * successes, b + self.earlier_share * (units - successes)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        known = [(*self.believed(name, state.of(name)), self.costs.get(name, 1.0)) for name in names]
        if len(set(known)) == 1 and self.question != "compare_to_control":
            return even(names, names)
        gains = self.gains(names, known)
        if max(gains) < NOTHING_LEFT:
            return even(names, names)
        rates = [gain / one[2] for gain, one in zip(gains, known, strict=True)]
        logits = [self.sharpness * log(max(rate, 1e-300)) for rate in rates]
        return Propensities(softmax(names, logits), QUADRATURE, 1e-9)

    def gains(self, names: Sequence[ArmName], known: Sequence[Posterior]) -> list[float]:
        """Expected information of one look at each arm, in nats; equal posteriors have equal ones."""
        import numpy as np

        from analysis.planning.information.arms import BetaArms
        from analysis.planning.information.best_arm import information

        question = self.question
        if question == "compare_to_control" and self.control not in names:
            question = "best_arm"  # the control is closed: what is left is which of the others is best
        control = names.index(self.control) if question == "compare_to_control" else 0
        arms = BetaArms(np.array([one[0] for one in known]), np.array([one[1] for one in known]))
        gains = information(arms, question, control=control).tolist()
        marked = [(*one[:2], float(question == "compare_to_control" and i == control)) for i, one in enumerate(known)]
        return among_twins(marked, gains)

    def probabilities_among(
        self, state: State, arms: Sequence[ArmWeight], among: int, context: Features | None = None
    ) -> Propensities:
        if among <= 1:
            return self.probabilities(state, arms, context)
        return shares_among(self, state, arms, among, unseen=(self.low + self.high) / 2, rounds=STEPS)
