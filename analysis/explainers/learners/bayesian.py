"""Bayesian rule lists: the likeliest list, by a prior that likes short ones.

p(d) = Poisson(m; length) over 0 to A · for each rule Poisson(its conditions; width) over those that are left ·
1 / the antecedents left that have so many. p(y | d) = for each rule and the default, with a = alpha and k classes,
Γ(k a) / Γ(a)^k · ∏ Γ(n_l + a) / Γ(n + k a).
Letham, Rudin, McCormick and Madigan (2015), *Annals of Applied Statistics* 9.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import exp, inf, lgamma, log

import numpy as np

from analysis.explainers.learners.antecedents import Evidence
from analysis.explainers.learners.bits import Bits, bits
from analysis.explainers.learners.learning import Learnt, ordered

Order = tuple[int, ...]
"""A list: places of antecedents, none twice."""


@dataclass(slots=True)
class Posterior:
    """Log of prior times likelihood of any list, up to one constant. sizes: conditions of each antecedent."""

    known: Bits
    sizes: tuple[int, ...]
    length: float
    width: float
    alpha: float
    computed: dict[Order, float] = field(default_factory=dict)

    def __call__(self, order: Order) -> float:
        if order not in self.computed:
            self.computed[order] = self.prior(order) + self.likelihood(order)
        return self.computed[order]

    def prior(self, order: Order) -> float:
        """Its log. The truncation of the length is the same for all lists, and so is left out."""
        left, total = Counter(self.sizes), _poisson(len(order), self.length)
        for place in order:
            size = self.sizes[place]
            among = sum(exp(_poisson(each, self.width)) for each, n in left.items() if n)
            total += _poisson(size, self.width) - log(among) - log(left[size])
            left[size] -= 1
        return total

    def likelihood(self, order: Order) -> float:
        """Its log."""
        left, total = self.known.everything, 0.0
        for place in order:
            total += self._captured(left & self.known.holds[place])
            left &= ~self.known.holds[place]
        return total + self._captured(left)

    def _captured(self, rows: int) -> float:
        counts, k = self.known.counts(rows), len(self.known.classes)
        fixed = lgamma(k * self.alpha) - k * lgamma(self.alpha)
        return fixed + sum(lgamma(n + self.alpha) for n in counts) - lgamma(sum(counts) + k * self.alpha)


@dataclass(frozen=True, slots=True)
class BayesianList:
    """The likeliest list that was met by `chains` Metropolis-Hastings chains of `steps` steps each.

    length, width: means of the priors on rules and on conditions of a rule; alpha: of the Dirichlet prior on the
    classes. A step inserts, removes or moves a rule. Letham et al. show the list of typical length that is likeliest;
    we show the likeliest of all.
    """

    length: float = 3.0
    width: float = 1.0
    alpha: float = 1.0
    steps: int = 3000
    chains: int = 3

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt:
        posterior = self.posterior(evidence)
        bests = [max(walk(posterior, self.steps, rng), key=lambda order: (posterior(order), -len(order), order))
                 for _ in range(self.chains)]  # fmt: skip
        best = max(bests, key=posterior)
        agreeing = sum(posterior(each) > posterior(best) - 1e-9 for each in bests)
        told = f"{agreeing} of {self.chains} chains met a list as likely as the one shown: take more steps."
        return Learnt(ordered(evidence, best), () if agreeing > self.chains / 2 else (told,))

    def posterior(self, evidence: Evidence) -> Posterior:
        """Of lists of this evidence's antecedents."""
        sizes = tuple(len(antecedent) for antecedent in evidence.antecedents)
        return Posterior(bits(evidence), sizes, self.length, self.width, self.alpha)


def walk(posterior: Posterior, steps: int, rng: np.random.Generator) -> Counter[Order]:
    """How often a chain from the empty list was at each list: in the long run, in proportion to the posterior."""
    at, visited = Order(), Counter[Order]()
    accepted = np.log(rng.random(steps))
    for step in range(steps):
        proposed, ratio = _neighbour(at, len(posterior.sizes), rng)
        if accepted[step] < posterior(proposed) - posterior(at) + ratio:
            at = proposed
        visited[at] += 1
    return visited


def _neighbour(order: Order, n: int, rng: np.random.Generator) -> tuple[Order, float]:
    """A list near this one, and log of q(back) / q(there). The same one where the step drawn cannot be taken."""
    step, m = int(rng.integers(3)), len(order)
    if step == 0 and m < n:
        new = sorted(set(range(n)) - set(order))[int(rng.integers(n - m))]
        place = int(rng.integers(m + 1))
        return (*order[:place], new, *order[place:]), log(n - m)
    if step == 1 and m:
        place = int(rng.integers(m))
        return (*order[:place], *order[place + 1 :]), -log(n - m + 1)
    if step == 2 and m > 1:
        place, other = (int(each) for each in rng.choice(m, size=2, replace=False))
        rest = (*order[:place], *order[place + 1 :])
        return (*rest[:other], order[place], *rest[other:]), 0.0
    return order, 0.0


def _poisson(n: int, mean: float) -> float:
    """Log of mean^n e^-mean / n!."""
    return n * log(mean) - mean - lgamma(n + 1) if mean > 0 else (0.0 if n == 0 else -inf)
