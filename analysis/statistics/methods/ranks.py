"""Methods: ranks and permutations."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import DRAWS, LEVEL, SEED, SIDE
from analysis.statistics.methods.shapes import ARMS, CONDITIONS, GROUPS, PAIRS

TWO_ARMS = "One unit or more in each arm."

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "mann-whitney",
        "Mann-Whitney U",
        "Exact if treatment does nothing to anybody, without ties and with at most eight units in an arm; else by the "
        "normal distribution with ties and continuity corrected.",
        "U = number of pairs in which treatment exceeds control, ties half",
        "Mann and Whitney (1947), Annals of Mathematical Statistics 18.",
        TWO_ARMS,
        Door((ARMS,), (LEVEL, SIDE)),
    ),
    Method(
        "auc",
        "Chance to be larger",
        "The chance that a unit of treatment exceeds one of control, ties half: the area under the ROC curve. Spreads "
        "may differ. Holds nearly.",
        "θ = U / (nT nC);  V from placements;  logit θ ± z √V / (θ (1 − θ))",
        "Brunner and Munzel (2000), Biometrical Journal 42; DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44.",
        "Two units or more in each arm.",
        Door((ARMS,), (LEVEL,)),
    ),
    Method(
        "cliff-delta",
        "Cliff's delta",
        "Chance to be larger minus chance to be smaller, from -1 to 1. Holds nearly.",
        "δ = 2 θ − 1, limits likewise",
        "Cliff (1993), Psychological Bulletin 114.",
        "Two units or more in each arm.",
        Door((ARMS,), (LEVEL,)),
    ),
    Method(
        "hodges-lehmann",
        "Usual shift (Hodges and Lehmann)",
        "The middle of all differences between a unit of treatment and one of control; its interval belongs to the "
        "Mann-Whitney test, and is exact if treatment shifts everybody alike.",
        "median of yᵢ − xⱼ;  limits: the c-th smallest and largest difference, P(U < c) ≤ level/2",
        "Hodges and Lehmann (1963), Annals of Mathematical Statistics 34.",
        "At most four million pairs.",
        Door((ARMS,), (LEVEL,), most_rows=4_000),
    ),
    Method(
        "wilcoxon",
        "Wilcoxon's signed ranks",
        "Exact if differences within units are symmetric about 0, without ties and zeros up to fifty units.",
        "W = the smaller sum of ranks of |differences| of one sign",
        "Wilcoxon (1945), Biometrics Bulletin 1.",
        "One unit or more measured twice.",
        Door((PAIRS,), (LEVEL, SIDE), most_rows=5_000),
    ),
    Method(
        "pseudo-median",
        "Usual difference within units",
        "The middle of all averages of two differences; its interval belongs to Wilcoxon's test.",
        "median of (dᵢ + dⱼ) / 2, i ≤ j;  limits: the c-th smallest and largest",
        "Hodges and Lehmann (1963), Annals of Mathematical Statistics 34.",
        "At most two thousand units.",
        Door((PAIRS,), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "sign-test",
        "Sign test",
        "Exact, whatever the differences' distribution; zeros are left out.",
        "number above 0 is Binomial(n, 1/2)",
        "Arbuthnott (1710); Conover (1999), Practical Nonparametric Statistics.",
        "One unit or more measured twice.",
        Door((PAIRS,)),
    ),
    Method(
        "kruskal",
        "Kruskal-Wallis",
        "Holds nearly, with five units or more in each group.",
        "H = 12 / (N (N + 1)) Σ nᵢ (r̄ᵢ − r̄)², ties corrected;  χ² with groups − 1",
        "Kruskal and Wallis (1952), JASA 47.",
        "Two groups or more, none empty.",
        Door((GROUPS,)),
    ),
    Method(
        "friedman",
        "Friedman",
        "Holds nearly, with ten units or more.",
        "χ² = 12 n / (k (k + 1)) Σ (r̄ⱼ − (k + 1)/2)², ties corrected;  W = χ² / (n (k − 1))",
        "Friedman (1937), JASA 32.",
        "Two units or more, each measured in three conditions or more.",
        Door((CONDITIONS,)),
    ),
    Method(
        "permutation",
        "Permutation test",
        "Exact if treatment does nothing to anybody. Studentised, so that unequal spreads do little harm to it as a "
        "test of means.",
        "share of ways to hand out the arms whose Welch t is as far from 0; drawn ways: (b + 1) / (B + 1)",
        "Janssen (1997), Statistics and Probability Letters 36; Phipson and Smyth (2010).",
        TWO_ARMS,
        Door((ARMS,), (SIDE, DRAWS, SEED), most_rows=2_000),
    ),
    Method(
        "sign-flip",
        "Permutation test within units",
        "Exact if conditions could be swapped within every unit without changing anything.",
        "share of ways to flip signs of differences whose sum is as far from 0",
        "Fisher (1935), The Design of Experiments, ch. 3.",
        "One unit or more measured twice.",
        Door((PAIRS,), (SIDE, DRAWS, SEED), most_rows=2_000),
    ),
)
