"""Methods: valid while you look."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import AT, ENDS, LEVEL, PLANNED_LOOKS, RELATIVE, TUNING
from analysis.statistics.methods.shapes import ARMS, ARMS_IN_SUMS
from analysis.statistics.methods.shapes_of_counts import ANSWERS, COUNTED
from analysis.statistics.methods.shapes_of_questions import IN_ORDER, LOOKS

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "betting-sequence",
        "Means and differences between declared ends, at every look (betting)",
        "Exact at every number of units at once, however few, for answers (yes or no) and values between two "
        "declared ends; also where a bandit chose who got what, as long as the arms' own means stay where they are. "
        "Relative differences need no delta method.",
        "capital of a stake s against a mean m: Π (1 + s x)/(1 + s m), mixed over sixteen stakes and both "
        "directions;  two arms: mixed over pairs of stakes, treatment up and control down, and the reverse;  a "
        "difference is refused when every pair of means that has it is refused at 1/level;  p = 1 / the least "
        "capital against no difference",
        "Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86; pairs "
        "projected as by Turner and Grünwald (2023), Statistics and Probability Letters 198.",
        "One value for each unit, between declared ends.",
        Door((ARMS, IN_ORDER), (*ENDS, LEVEL, RELATIVE)),
    ),
    Method(
        "asymptotic-sequence",
        "Means and differences without ends, at every look (asymptotic)",
        "Nearly right at every look once there are many units: nothing is claimed before thirty in each arm (more "
        "where one is much smaller). Skewed values need more.",
        "d ± √V √(2(Nρ² + 1)/(Nρ²) log(√(Nρ² + 1)/level)), V the variance of d, N units in both arms (of unequal "
        "ones 4 / (1/nC + 1/nT));  ρ² = (−2 log level + log(1 − 2 log level))/N*, N* = 1000 unless said "
        "(GrowthBook: 5000);  one-sided: log(1 + √(Nρ² + 1)/(2 level)), ρ at twice the level;  relative: all r for "
        "which treatment − (1 + r) control may be 0",
        "Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory, Annals of "
        "Statistics 52.",
        "Thirty units in each arm, and values that differ in both.",
        Door((ARMS, IN_ORDER), (LEVEL, RELATIVE)),
    ),
    Method(
        "empirical-bernstein-sequence",
        "One mean between two ends, value after value (empirical Bernstein)",
        "Exact at every number of values at once; narrow where they vary little. Values are taken in the order in "
        "which they came.",
        "λt = min(1/2, √(2 log(2/level)/(t log(1 + t) σ²t−1));  Σ λ x / Σ λ ± (log(2/level) + Σ (x − mean before)² "
        "(−log(1 − λ) − λ)) / Σ λ",
        "Waudby-Smith and Ramdas (2024), JRSS B 86, Theorem 2.",
        "Values between two declared ends, in their order.",
        Door((IN_ORDER,), (*ENDS, LEVEL)),
    ),
    Method(
        "hedged-capital-sequence",
        "One mean between two ends, value after value (hedged capital)",
        "Exact at every number of values at once, and the narrowest of all: the means against which nobody has won "
        "2/level times the stake. Tried on a grid of a thousand means; the bounds are one step outside.",
        "K+ = Π (1 + λ (x − m)), K− = Π (1 − λ (x − m));  {m : max(K+, K−)/2 < 1/level}",
        "Waudby-Smith and Ramdas (2024), JRSS B 86, Theorem 3.",
        "Values between two declared ends, in their order.",
        Door((IN_ORDER,), (*ENDS, LEVEL)),
    ),
    Method(
        "normal-mixture",
        "A mean of known spread, at every look (normal mixture)",
        "Exact at every number of values for normal values of known spread, and for values of a range at most 2 "
        "sigma wide.",
        "mean ± σ u(n)/n, u(v) = √((v + ρ) log((v + ρ)/(ρ level²)));  ρ = best_at/(2 log(1/level) + log(1 + 2 "
        "log(1/level)))",
        "Robbins (1970), Annals of Mathematical Statistics 41; Howard, Ramdas, McAuliffe and Sekhon (2021), Annals "
        "of Statistics 49.",
        "The spread, known beforehand.",
        Door(
            (IN_ORDER,),
            (Setting("sigma", "The spread, known beforehand", low=0, is_open=True, example=12.0), TUNING, LEVEL),
        ),
    ),
    Method(
        "mixture-sprt",
        "Mixture sequential probability ratio test (mSPRT)",
        "Nearly right at every look once there are many units. The p-value of any look holds, and the least one so "
        "far.",
        "V = vT/nT + vC/nC;  log Λ = −½ log((V + τ²)/V) + d² τ²/(2 V (V + τ²)), p = min(1, 1/Λ);  d ± √(V (V + "
        "τ²)/τ² (2 log(1/level) + log((V + τ²)/V)))",
        "Johari, Koomen, Pekelis and Walsh (2022), Always valid inference, Operations Research 70.",
        "Two or more values that vary in each arm, and the size of the differences looked for.",
        Door(
            (ARMS, ARMS_IN_SUMS),
            (
                Setting("tau2", "The square of the least difference that matters", low=0, is_open=True, example=9.0),
                LEVEL,
            ),
        ),
    ),
    Method(
        "quantile-sequence",
        "Quantiles and their differences, at every look",
        "Exact at every number of units at once, for whatever distribution, ties included. A difference needs no "
        "density: bets on both arms' quantiles at once.",
        "x is refused when the count below x refuses a rate of at most p, or the count above x a rate of at most 1 "
        "− p, at level/2 each, by betting",
        "Howard and Ramdas (2022), Sequential estimation of quantiles, Bernoulli 28, in spirit.",
        "One value for each unit.",
        Door((ARMS, IN_ORDER), (AT, LEVEL), most_rows=5_000),
    ),
    Method(
        "repeated-interval",
        "Interval at planned looks (group-sequential)",
        "Holds at all planned looks together, whether one stops or not.",
        "value ± zk · standard error, zk the boundary of look k: spent so far by O'Brien-Fleming, Pocock, power or "
        "Hwang-Shih-DeCani",
        "Lan and DeMets (1983), Biometrika 70; Jennison and Turnbull (1989), JRSS B 51.",
        "Looks planned beforehand, as shares of the information.",
        Door((LOOKS,), PLANNED_LOOKS, most_rows=20),
    ),
    Method(
        "stage-wise",
        "Estimate after stopping at a planned look (group-sequential)",
        "Unbiased in the median, its interval and p-value right in spite of having stopped: the plain estimate of "
        "who stops early is too large.",
        "results ordered by when they stopped, then by z;  the effect under which what was seen is at its median; "
        "at level/2 and 1 − level/2 for the interval",
        "Tsiatis, Rosner and Mehta (1984), Biometrics 40.",
        "The boundaries, the look at which one stopped, and the effect there with its standard error.",
        Door((LOOKS,), PLANNED_LOOKS, most_rows=20),
    ),
    Method(
        "beta-binomial-sequence",
        "One rate at every look (beta-binomial mixture)",
        "Exact at every number of answers at once, and narrowest at the number it was tuned to.",
        "all p with B(c p + s, c (1 − p) + f)/B(c p, c (1 − p)) < p^s (1 − p)^f/level;  c + 1 = tuning n/(2 "
        "log(2/level) + log(1 + 2 log(2/level)))",
        "Robbins (1970), Annals of Mathematical Statistics 41; Howard, Ramdas, McAuliffe and Sekhon (2021), Annals "
        "of Statistics 49.",
        "Answers, yes or no.",
        Door((ANSWERS, COUNTED), (TUNING, LEVEL)),
    ),
)
