"""Methods: proportions and tables."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "wilson",
        "Proportion (Wilson)",
        "Covers nearly as often as it says, for few units and rare events too.",
        "all p with |k/n − p| ≤ z √(p (1 − p) / n)",
        "Wilson (1927), JASA 22; Brown, Cai and DasGupta (2001), Statistical Science 16.",
        "One unit or more.",
    ),
    Method(
        "wald",
        "Proportion (Wald)",
        "The textbook's: misses far too often for few units and near 0 or 1. For comparison with other tools only.",
        "k/n ± z √(k/n (1 − k/n) / n)",
        "Brown, Cai and DasGupta (2001), Statistical Science 16, on why not.",
        "Units that did not all do the same.",
    ),
    Method(
        "agresti-coull",
        "Proportion (Agresti and Coull)",
        "Covers nearly as often as it says, or a little more often.",
        "ñ = n + z²;  p̃ = (k + z²/2) / ñ;  p̃ ± z √(p̃ (1 − p̃) / ñ)",
        "Agresti and Coull (1998), The American Statistician 52.",
        "One unit or more.",
    ),
    Method(
        "jeffreys",
        "Proportion (Jeffreys)",
        "Covers nearly as often as it says; also the middle of the posterior under Beta(1/2, 1/2).",
        "quantiles level/2 and 1 − level/2 of Beta(k + 1/2, n − k + 1/2)",
        "Brown, Cai and DasGupta (2001), Statistical Science 16.",
        "One unit or more.",
    ),
    Method(
        "clopper-pearson",
        "Proportion (Clopper and Pearson)",
        "Never misses more often than it says, at any number of units; the longest interval for that.",
        "[Beta⁻¹(level/2; k, n − k + 1), Beta⁻¹(1 − level/2; k + 1, n − k)]",
        "Clopper and Pearson (1934), Biometrika 26.",
        "One unit or more.",
    ),
    Method(
        "miettinen-nurminen",
        "Difference of proportions (score)",
        "Covers nearly as often as it says for few units, rare events, and arms in which nobody did it.",
        "all δ with |pT − pC − δ| ≤ z √((p̃T q̃T/nT + p̃C q̃C/nC) N/(N − 1)), p̃ fitted by maximum likelihood under "
        "p̃T = p̃C + δ",
        "Miettinen and Nurminen (1985), Statistics in Medicine 4.",
        "One unit or more in each arm.",
    ),
    Method(
        "newcombe",
        "Difference of proportions (Newcombe)",
        "Puts the two Wilson intervals together; covers nearly as often as it says for few units.",
        "low = d − √((pT − lT)² + (uC − pC)²);  high = d + √((uT − pT)² + (pC − lC)²)",
        "Newcombe (1998), Statistics in Medicine 17, method 10.",
        "One unit or more in each arm.",
    ),
    Method(
        "agresti-caffo",
        "Difference of proportions (Agresti and Caffo)",
        "Wald's with a success and a failure added to each arm; covers nearly as often as it says.",
        "p̃ = (k + 1) / (n + 2);  p̃T − p̃C ± z √(p̃T q̃T/(nT + 2) + p̃C q̃C/(nC + 2))",
        "Agresti and Caffo (2000), The American Statistician 54.",
        "One unit or more in each arm.",
    ),
    Method(
        "wald-difference",
        "Difference of proportions (Wald)",
        "The textbook's: misses too often for few units and rare events.",
        "d ± z √(pT qT/nT + pC qC/nC)",
        "Agresti and Caffo (2000), The American Statistician 54, on why not.",
        "Arms in which not all units did the same.",
    ),
    Method(
        "proportions-welch",
        "Difference of proportions (t, as GrowthBook)",
        "For many units and no rare events; the p-value agrees with GrowthBook's.",
        "V = pT qT/nT + pC qC/nC;  t with Welch's degrees of freedom",
        "GrowthBook's statistics, gbstats.",
        "Two or more units in each arm.",
    ),
    Method(
        "proportions-relative",
        "Relative difference of proportions (t, as GrowthBook)",
        "For many units and no rare events; the p-value agrees with GrowthBook's.",
        "d = (pT − pC) / pC;  V by the delta method;  t with Welch's degrees of freedom",
        "GrowthBook's statistics, gbstats; Deng, Knoblich and Lu (2018), KDD.",
        "Two or more units in each arm; a control in which somebody did it.",
    ),
    Method(
        "risk-ratio",
        "Ratio of proportions (score)",
        "Covers nearly as often as it says, for rare events too.",
        "all φ with |pT − φ pC| ≤ z √((p̃T q̃T/nT + φ² p̃C q̃C/nC) N/(N − 1)), p̃ fitted under p̃T = φ p̃C",
        "Miettinen and Nurminen (1985), Statistics in Medicine 4.",
        "A control in which somebody did it.",
    ),
    Method(
        "risk-ratio-log",
        "Ratio of proportions (logarithm)",
        "For many units and no rare events.",
        "log(pT/pC) ± z √((1 − pT)/kT + (1 − pC)/kC)",
        "Katz, Baptista, Azen and Pike (1978), Biometrics 34.",
        "Somebody in each arm who did it.",
    ),
    Method(
        "odds-ratio",
        "Odds ratio (Woolf)",
        "For many units and no rare events.",
        "log(ad/bc) ± z √(1/a + 1/b + 1/c + 1/d)",
        "Woolf (1955), Annals of Human Genetics 19.",
        "Somebody who did it and somebody who did not, in each arm.",
    ),
    Method(
        "odds-ratio-score",
        "Odds ratio (score)",
        "Covers nearly as often as it says, for rare events too.",
        "all ψ whose score test, with shares fitted under ψ, is within z",
        "Miettinen and Nurminen (1985), Statistics in Medicine 4.",
        "Somebody who did it and somebody who did not, in each arm.",
    ),
    Method(
        "odds-ratio-exact",
        "Odds ratio (exact)",
        "Never misses more often than it says: conditional on the table's margins.",
        "all ψ under which neither tail of the non-central hypergeometric distribution is below level/2",
        "Fisher (1935), JRSS 98; Cornfield (1956).",
        "A control in which not all units did the same.",
    ),
)
