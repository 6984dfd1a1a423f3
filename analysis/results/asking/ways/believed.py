"""What is believed, given a prior: intervals, the chance to win, what one expects to lose."""

from __future__ import annotations

from dataclasses import replace
from math import exp, sqrt
from typing import TYPE_CHECKING, Final

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.ways.fixed import is_yes_no
from analysis.statistics.words import Estimate, NoAnswer, Validity

if TYPE_CHECKING:
    from analysis.statistics.bayes.comparing import Answer, Believed

OF_RATES: Final = "Prior: every rate as likely as any other in both groups; against one rate of both."
OF_DIFFERENCES: Final = "Prior: a Cauchy distribution of width 0.707 on the standardised difference; against none."


def believed(asked: Asked) -> Estimate:
    """Of rates by their Beta posteriors; of other means by a normal one, with the question's prior on the effect."""
    found, belief = _compared(asked)
    control, treatment = asked.contrast.sides
    measure = asked.setting.measures.get(asked.question.measure)
    found = found.lower_is_better() if measure and measure.direction == "down" else found
    return found.estimate.remarked(
        f"The chance that “{treatment.name}” is better: {found.chance_to_win:.1%}.",
        f"Expected loss of choosing “{treatment.name}”: {found.loss_treatment:.3g}; "
        f"of “{control.name}”: {found.loss_control:.3g}.",
        *_region(asked, belief),
        _stated(asked),
    )


def _compared(asked: Asked) -> tuple[Answer, Believed]:
    from analysis.statistics.bayes.comparing import Difference, compare
    from analysis.statistics.bayes.effects import EffectPrior, compare_effect
    from analysis.statistics.bayes.effects import believed as effect_of
    from analysis.statistics.bayes.posterior import rate_posterior
    from analysis.statistics.estimates.means import arm_of

    if not asked.contrast.is_pair:
        raise NoAnswer("Beliefs are about two groups: ask of two arms.")
    control, treatment = asked.contrast.sides
    prior, relative = asked.question.prior, asked.is_relative
    if prior is None and all(is_yes_no(side) for side in (control, treatment)):
        rates = [rate_posterior(float(side.successes), side.n) for side in (control, treatment)]
        first, second = rates
        return compare(first, second, relative=relative, level=asked.level), Difference(first, second, relative)
    known = EffectPrior(prior.mean, prior.sd / sqrt(prior.weight)) if prior and prior.weight else EffectPrior()
    arms = [arm_of(side.moments) for side in (control, treatment)]
    found = compare_effect(*arms, prior=known, relative=relative, level=asked.level)
    return found, effect_of(*arms, prior=known, relative=relative)


def factor(asked: Asked) -> Estimate:
    """A Bayes factor beside the flat prior's interval. Its p-value is 1 over the factor: under no difference, as the
    model has it, a factor of 20 comes up once in twenty studies at most.
    """
    from analysis.statistics.bayes.factors import jzs_one_sample, jzs_two_samples, two_rates_factor
    from analysis.statistics.estimates.means import paired

    sides = asked.contrast.sides
    if len(sides) == 1 and asked.question.contrast.kind == ContrastKind.WITHIN:
        found, known = paired(sides[0].moments, level=asked.level), jzs_one_sample(sides[0].moments)
        found, prior = replace(found, degrees=None), OF_DIFFERENCES
    elif not asked.contrast.is_pair:
        raise NoAnswer("A Bayes factor is of two groups, or of differences within units: ask of two arms.")
    elif all(is_yes_no(side) for side in sides):
        found, prior = _compared(asked)[0].estimate, OF_RATES
        control, treatment = ((int(side.values.sum()), len(side.values)) for side in sides)
        known = two_rates_factor(control, treatment)
    else:
        found, prior = _compared(asked)[0].estimate, OF_DIFFERENCES
        known = jzs_two_samples(sides[0].moments, sides[1].moments)
    worth = exp(-max(known.log_factor, 0.0))
    told = f"Bayes factor {_figure(known.log_factor)} {known.sentence}"
    return replace(
        found, method=known.method, validity=Validity.POSTERIOR, p_value=worth, remarks=(*found.remarks, told, prior)
    )


def _figure(log_factor: float) -> str:
    """Of a difference against none, or of none against one, whichever is more."""
    size = exp(min(abs(log_factor), 700.0))
    return f"{size:.3g} {'for a difference against none' if log_factor >= 0 else 'for none against a difference'}."


def _stated(asked: Asked) -> str:
    prior = asked.question.prior
    if prior is None:
        is_rate = all(is_yes_no(side) for side in asked.contrast.sides)
        return "Prior: every rate as likely as any other." if is_rate else "Prior: every difference alike (flat)."
    source = f" ({prior.source})" if prior.source else ""
    weight = f", counted at {prior.weight:.0%}" if prior.weight != 1 else ""
    return f"Prior: a relative effect of {prior.mean:g}, standard deviation {prior.sd:g}{weight}{source}."


def _region(asked: Asked, belief: Believed) -> tuple[str, ...]:
    """How much of the belief lies within the margin, where the question has one."""
    from analysis.statistics.bayes.comparing import region

    margin = asked.question.margin
    if margin is None:
        return ()
    found = region(belief, -margin, margin)
    return (f"The chance that it lies within {margin:g} of no difference: {found.inside:.1%}. {found.sentence}",)
