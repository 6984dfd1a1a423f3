"""Adaptive policies: they learn from rewards, and the chance of every arm is known. See docs/decisions/0041."""

from bandits.policies.adaptive.bayes_ucb import BayesUcb
from bandits.policies.adaptive.epsilon_decreasing import EpsilonDecreasing
from bandits.policies.adaptive.epsilon_greedy import EpsilonGreedy
from bandits.policies.adaptive.exp3 import Exp3
from bandits.policies.adaptive.exp3_s import Exp3S
from bandits.policies.adaptive.information_gain import InformationGain
from bandits.policies.adaptive.kinds import AdaptivePolicy, Features
from bandits.policies.adaptive.kl_moss import KlMoss
from bandits.policies.adaptive.kl_ucb import KlUcb, KlUcbPlus
from bandits.policies.adaptive.knapsack import Knapsack
from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.logistic_thompson import LogisticThompson
from bandits.policies.adaptive.moss import Moss
from bandits.policies.adaptive.propensities import Propensities
from bandits.policies.adaptive.proportional import Proportional
from bandits.policies.adaptive.scalarisation import Scalarisation
from bandits.policies.adaptive.sequential_halving import SequentialHalving
from bandits.policies.adaptive.softmax import AnnealingSoftmax, Softmax
from bandits.policies.adaptive.square_cb import SquareCb
from bandits.policies.adaptive.state import ArmSums, Reward, State
from bandits.policies.adaptive.successive_rejects import SuccessiveRejects
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.thompson_poisson import ThompsonPoisson
from bandits.policies.adaptive.top_two_thompson import TopTwoThompson
from bandits.policies.adaptive.trained import Trained
from bandits.policies.adaptive.ucb1 import Ucb1
from bandits.policies.adaptive.ucb1_tuned import Ucb1Tuned
from bandits.policies.adaptive.uniform import Uniform

__all__ = ["ADAPTIVE", "AdaptivePolicy", "ArmSums", "Features", "Propensities", "Reward", "Scalarisation", "State"]

ADAPTIVE: dict[str, type[AdaptivePolicy]] = {
    policy.name: policy
    for policy in (
        Uniform,
        EpsilonGreedy,
        EpsilonDecreasing,
        Softmax,
        AnnealingSoftmax,
        Proportional,
        Ucb1,
        Ucb1Tuned,
        KlUcb,
        KlUcbPlus,
        BayesUcb,
        Moss,
        KlMoss,
        ThompsonBernoulli,
        ThompsonGaussian,
        ThompsonPoisson,
        TopTwoThompson,
        InformationGain,
        Exp3,
        Exp3S,
        SequentialHalving,
        SuccessiveRejects,
        Knapsack,
        LinUcb,
        LinearThompson,
        LogisticThompson,
        SquareCb,
        Trained,
    )
}
