"""What is believed, given a prior: intervals, the chance to win, what one expects to lose."""

from __future__ import annotations

from math import sqrt

from analysis.results.asking.asked import Asked
from analysis.results.asking.ways.fixed import is_yes_no
from analysis.statistics.words import Estimate, NoAnswer


def believed(asked: Asked) -> Estimate:
    """Of rates by their Beta posteriors; of other means by a normal one, with the question's prior on the effect."""
    from analysis.statistics.bayes.comparing import compare
    from analysis.statistics.bayes.effects import EffectPrior, compare_effect
    from analysis.statistics.bayes.posterior import rate_posterior
    from analysis.statistics.estimates.means import arm_of

    if not asked.contrast.is_pair:
        raise NoAnswer("Beliefs are about two groups: ask of two arms.")
    control, treatment = asked.contrast.sides
    prior = asked.question.prior
    if prior is None and all(is_yes_no(side) for side in (control, treatment)):
        posteriors = (rate_posterior(float(side.values.sum()), len(side.values)) for side in (control, treatment))
        found = compare(*posteriors, relative=asked.is_relative, level=asked.level)
    else:
        known = EffectPrior(prior.mean, prior.sd / sqrt(prior.weight)) if prior and prior.weight else EffectPrior()
        arms = (arm_of(side.moments) for side in (control, treatment))
        found = compare_effect(*arms, prior=known, relative=asked.is_relative, level=asked.level)
    measure = asked.setting.measures.get(asked.question.measure)
    found = found.lower_is_better() if measure and measure.direction == "down" else found
    return found.estimate.remarked(
        f"The chance that “{treatment.name}” is better: {found.chance_to_win:.1%}.",
        f"Expected loss of choosing “{treatment.name}”: {found.loss_treatment:.3g}; "
        f"of “{control.name}”: {found.loss_control:.3g}.",
    )
