"""Methods: Bayesian answers."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import EFFECT_PRIOR, LEVEL, PRIOR, RELATIVE, WIDTH
from analysis.statistics.methods.shapes import ARMS, ARMS_IN_SUMS, ESTIMATE, PAIRS
from analysis.statistics.methods.shapes_of_counts import ANSWER_ARMS, ANSWERS, COUNTED, COUNTED_ARMS, EVENT_ARMS

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "bayes-effect",
        "Normal posterior of an effect",
        "Holds given the prior and in large samples. Chance to win and both risks in closed form, exact also where "
        "they are tiny.",
        "prior N(m0, s0²) on the relative effect (for the absolute one times |mC|), flat unless said;  precision "
        "1/V + 1/s0², mean weighted by precisions;  chance to win Φ(m/s);  expected loss of keeping control "
        "E[max(d, 0)] = m Φ(m/s) + s φ(m/s), of choosing treatment E[max(−d, 0)]",
        "As GrowthBook's; Stucchi (2015), Bayesian A/B testing at VWO, for the risks.",
        "Two arms with a spread.",
        Door(
            (ARMS, ARMS_IN_SUMS),
            (*EFFECT_PRIOR, LEVEL, Setting("relative", "Over the control's size instead of absolute", True)),
        ),
    ),
    Method(
        "bayes-beta",
        "Two rates: Beta posteriors",
        "Holds given the prior, Jeffreys' Beta(1/2, 1/2) unless said, for any number of answers, also none.",
        "Beta(a + successes, b + failures);  P(T − C > x) = ∫ P(T > c + x) dF(c), by quadrature, not by draws;  "
        "loss of an arm: E[max − its own]",
        "Gelman and others (2013), Bayesian Data Analysis, 2.4; Jeffreys (1946), Proceedings of the Royal Society A "
        "186.",
        "Answers, yes or no.",
        Door((ANSWER_ARMS, COUNTED_ARMS), (*PRIOR, LEVEL, RELATIVE)),
    ),
    Method(
        "bayes-gamma",
        "Two rates of events: Gamma posteriors",
        "Holds given the prior, Jeffreys' Gamma(1/2, 0) unless said, for events that come one by one.",
        "Gamma(shape + events, rate + exposure);  differences and relative ones by quadrature",
        "Gelman and others (2013), Bayesian Data Analysis, 2.6.",
        "Counts of events and what could have had them.",
        Door(
            (EVENT_ARMS,),
            (
                Setting("shape", "Prior of a rate of events, Gamma(shape, rate): shape", 0.5, 0, is_open=True),
                Setting("rate", "Prior of a rate of events, Gamma(shape, rate): rate", 0.0, 0),
                LEVEL,
                RELATIVE,
            ),
        ),
    ),
    Method(
        "bayes-student",
        "Two means: Student posteriors",
        "Holds given the prior (Jeffreys' unless a normal-inverse-gamma is given) for normal values with any spread "
        "in each arm.",
        "location x̄, scale s/√n, n − 1 degrees of freedom;  the difference by quadrature (Behrens and Fisher)",
        "Gelman and others (2013), Bayesian Data Analysis, 3.2.",
        "Two or more values that vary in each arm, or a prior.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "bayes-normal",
        "Two means: normal posteriors",
        "Holds given a flat prior, in large samples: the standard error is taken as known.",
        "N(x̄, s²/n);  chance of each of K arms to be the best ∫ fk Π Fi by quadrature;  shares of a bandit: floor "
        "+ (1 − K floor) chance",
        "Russo and others (2018), A tutorial on Thompson sampling, Foundations and Trends in Machine Learning 11.",
        "Two or more values that vary in each arm.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "bayes-factor-jzs",
        "Bayes factor of means (JZS)",
        "How much better a difference of the usual size foretold the data than none. The prior on the standardised "
        "difference is Cauchy with width √2/2 unless said.",
        "∫ (1 + N g r²)^−½ (1 + t²/((1 + N g r²) ν))^−(ν+1)/2 p(g) dg / (1 + t²/ν)^−(ν+1)/2;  p(g) inverse "
        "chi-squared, N = nm/(n + m)",
        "Rouder, Speckman, Sun, Morey and Iverson (2009), Psychonomic Bulletin and Review 16.",
        "Values that vary within an arm.",
        Door((ARMS, ARMS_IN_SUMS, PAIRS), (WIDTH,)),
    ),
    Method(
        "bayes-factor-normal",
        "Bayes factor of an estimate (normal prior)",
        "How much better an effect of the prior's size foretold the estimate than none; with a prior around 0 its "
        "inverse is a p-value valid at every look.",
        "N(d; m0, V + s0²) / N(d; 0, V)",
        "Dienes (2014), Frontiers in Psychology 5; Johari and others (2022), Operations Research 70.",
        "An estimate with its standard error, and how large an effect is thought to be.",
        Door(
            (ESTIMATE,),
            (
                Setting(
                    "prior_sd",
                    "How large an effect is thought to be: its standard deviation",
                    low=0,
                    is_open=True,
                    example=5.0,
                ),
                Setting("prior_mean", "Around which effect", 0.0),
            ),
        ),
    ),
    Method(
        "bayes-factor-rates",
        "Bayes factor of rates (Beta prior)",
        "How much better a free rate (or two) foretold the answers than a given one (or a common one). Against a "
        "given rate it is an e-value.",
        "B(a + s, b + n − s)/B(a, b) / (p^s (1 − p)^(n − s));  two rates: the product of both over that of all "
        "together",
        "Kass and Raftery (1995), Bayes factors, Journal of the American Statistical Association 90.",
        "Answers, yes or no.",
        Door(
            (ANSWER_ARMS, COUNTED_ARMS, ANSWERS, COUNTED),
            (
                Setting("against", "Of one group: the rate to test against", 0.5, 0, 1, is_open=True),
                Setting("prior", "Beta(prior, prior) of each rate", 1.0, 0, is_open=True),
            ),
        ),
    ),
)
