"""Methods: valid while you look."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

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
    ),
    Method(
        "asymptotic-sequence",
        "Means and differences without ends, at every look (asymptotic)",
        "Nearly right at every look once there are many units: nothing is claimed before thirty in each arm. Skewed "
        "values need more.",
        "d ± √V √(2(Nρ² + 1)/(Nρ²) log(√(Nρ² + 1)/level)), V the variance of d, N units in both arms;  ρ² = (−2 log "
        "level + log(1 − 2 log level))/N*, N* = 1000 unless said (GrowthBook: 5000);  one-sided: log(1 + √(Nρ² + "
        "1)/(2 level)), ρ at twice the level;  relative: all r for which treatment − (1 + r) control may be 0",
        "Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory, Annals of "
        "Statistics 52.",
        "Thirty units in each arm, and values that differ in both.",
    ),
)
