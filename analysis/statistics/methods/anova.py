"""Methods: analysis of variance and effect sizes."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import LEVEL, LEVEL_F, MOST
from analysis.statistics.methods.shapes import (
    ARMS,
    ARMS_IN_SUMS,
    CONDITIONS,
    F_TEST,
    FACTORS,
    GROUPED_CONDITIONS,
    GROUPS,
    GROUPS_IN_SUMS,
    MEASURES,
    MIXED,
    PAIRS,
)
from analysis.statistics.methods.shapes_of_counts import ANSWER_ARMS, COUNTED_ARMS

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "anova",
        "One-way analysis of variance",
        "Exact if values are normal with the same spread in every group.",
        "F = (SSB / (k − 1)) / (SSW / (n − k))",
        "Fisher (1925), Statistical Methods for Research Workers.",
        "Two groups or more, more units than groups, and spread within some group.",
        Door((GROUPS, GROUPS_IN_SUMS)),
    ),
    Method(
        "welch-anova",
        "One-way analysis of variance, unequal spreads (Welch)",
        "Holds nearly if values are normal; spreads may differ.",
        "w = n / s²;  F = Σ w (m − m̄w)² / (k − 1) / (1 + 2 (k − 2) / (k² − 1) Λ);  Λ = Σ (1 − w/Σw)² / (n − 1);  "
        "degrees k − 1 and (k² − 1) / 3Λ",
        "Welch (1951), Biometrika 38.",
        "Two units or more in each group, and spread within each.",
        Door((GROUPS, GROUPS_IN_SUMS)),
    ),
    Method(
        "anova-2",
        "Factorial analysis of variance, type 2",
        "An effect beyond all that do not contain it: more powerful where there is no interaction. Exact if values are "
        "normal with one spread.",
        "SS(A) = RSS(terms without A) − RSS(those and A);  F = SS / df over RSS / df of the full model",
        "Yates (1934), JASA 29; Langsrud (2003), Statistics and Computing 13.",
        "A unit or more in each combination of levels, and more units than combinations.",
        Door((FACTORS,), (MOST,), most_rows=5_000),
    ),
    Method(
        "anova-3",
        "Factorial analysis of variance, type 3",
        "An effect beyond all others, averaged over levels alike however many units they have.",
        "SS(A) = RSS(all but A) − RSS(all), contrasts that add up to 0",
        "Yates (1934), JASA 29; Langsrud (2003), Statistics and Computing 13.",
        "A unit or more in each combination of levels, and more units than combinations.",
        Door((FACTORS,), (MOST,), most_rows=5_000),
    ),
    Method(
        "repeated",
        "Repeated measures",
        "Every unit is its own control. Exact if values are normal and all differences spread alike; degrees are "
        "corrected for how far they do not.",
        "F of units' orthonormal contrasts;  ε = (tr S)² / (d tr S²);  degrees ε d and ε d (n − 1)",
        "Greenhouse and Geisser (1959), Psychometrika 24.",
        "Two units or more, each measured in all conditions.",
        Door((CONDITIONS,), most_rows=5_000),
    ),
    Method(
        "split-plot",
        "Repeated measures in groups",
        "Groups are held against the spread of units' means, conditions and their interactions with groups against "
        "the spread of units' differences. Exact if values are normal and spread alike; degrees corrected as "
        "for repeated "
        "measures.",
        "F of units' orthonormal contrasts on groups, contrasts of groups that add up to 0;  ε from the pooled spread",
        "Winer, Brown and Michels (1991), Statistical Principles in Experimental Design; Greenhouse and "
        "Geisser (1959).",
        "Two groups or more, more units than groups, each unit measured in all conditions.",
        Door((GROUPED_CONDITIONS,), most_rows=2_000),
    ),
    Method(
        "tukey",
        "All pairs of groups (Tukey and Kramer)",
        "Intervals hold together: exact for normal values of one spread in groups of one size, else rather too long.",
        "d ± q(1 − level; k, n − k) s √((1/nᵢ + 1/nⱼ) / 2)",
        "Tukey (1953); Kramer (1956), Biometrics 12.",
        "As the one-way analysis of variance.",
        Door((GROUPS, GROUPS_IN_SUMS), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "games-howell",
        "All pairs of groups, unequal spreads (Games and Howell)",
        "Intervals hold together, nearly, with six units or more in each group.",
        "d ± q(1 − level; k, ν) √((sᵢ²/nᵢ + sⱼ²/nⱼ) / 2), ν as Welch's",
        "Games and Howell (1976), Journal of Educational Statistics 1.",
        "Two units or more in each group, and spread within each.",
        Door((GROUPS, GROUPS_IN_SUMS), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "mixed",
        "Mixed model",
        "Units may miss conditions, at random. Wald intervals: they hold nearly, with thirty units or more.",
        "y = X β + Z b + e;  b ~ N(0, D), e ~ N(0, σ²), restricted maximum likelihood;  β ± z se",
        "Laird and Ware (1982), Biometrics 38; fitted by statsmodels.",
        "Two units or more, some measured more than once; columns that can be told apart.",
        Door(
            (MIXED,),
            (
                LEVEL,
                Setting("slope", "An effect that differs between units (its column)", is_text=True, is_optional=True),
            ),
            most_rows=2_000,
        ),
    ),
    Method(
        "cohen-d",
        "Cohen's d",
        "Exact interval if values are normal with one spread.",
        "d = (mT − mC) / s pooled;  limits: non-centralities under which t is in neither tail, times √(1/nT + 1/nC)",
        "Cohen (1988); Steiger and Fouladi (1997); Cumming and Finch (2001).",
        "Three units or more in both arms together, and spread within an arm.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "hedges-g",
        "Hedges' g",
        "Cohen's d without its bias in few units.",
        "g = J d;  J = Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2))",
        "Hedges (1981), Journal of Educational Statistics 6.",
        "As Cohen's d, and two degrees of freedom.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "cohen-dz",
        "Cohen's d of differences within units",
        "Exact interval if differences are normal. Not to be compared with d between units.",
        "dz = m(d) / s(d)",
        "Cohen (1988); Lakens (2013), Frontiers in Psychology 4.",
        "Two units or more, whose differences vary.",
        Door((PAIRS,), (LEVEL,)),
    ),
    Method(
        "cohen-h",
        "Cohen's h",
        "A difference of proportions on the scale where their spread is the same. Holds nearly.",
        "h = 2 asin √pT − 2 asin √pC;  h ± z √(1/nT + 1/nC)",
        "Cohen (1988), Statistical Power Analysis for the Behavioral Sciences.",
        "One unit or more in each arm.",
        Door((ANSWER_ARMS, COUNTED_ARMS), (LEVEL,)),
    ),
    Method(
        "eta-squared",
        "Partial eta squared",
        "What an effect explains of itself and the residual; too large on average in few units. Exact interval, 90 % "
        "by custom: it leaves out 0 just where F is significant at 5 %.",
        "η² = df F / (df F + df₂);  limits λ / (λ + df + df₂ + 1)",
        "Steiger (2004), Psychological Methods 9.",
        "An F test.",
        Door((GROUPS, GROUPS_IN_SUMS, F_TEST), (LEVEL_F,)),
    ),
    Method(
        "omega-squared",
        "Partial omega squared",
        "As eta squared, without most of its bias; the interval is that of the same share in the population.",
        "ω² = df (F − 1) / (df (F − 1) + N)",
        "Hays (1963); Steiger (2004), Psychological Methods 9.",
        "An F test.",
        Door((GROUPS, GROUPS_IN_SUMS, F_TEST), (LEVEL_F,)),
    ),
    Method(
        "cohen-f",
        "Cohen's f",
        "As power calculations take it.",
        "f = √(η² / (1 − η²))",
        "Cohen (1988), Statistical Power Analysis for the Behavioral Sciences.",
        "An F test.",
        Door((GROUPS, GROUPS_IN_SUMS, F_TEST), (LEVEL_F,)),
    ),
    Method(
        "pearson",
        "Pearson's r",
        "Interval holds nearly, p-value exactly, if both measures are normal together.",
        "atanh r ± z / √(n − 3);  t = r √((n − 2) / (1 − r²))",
        "Fisher (1921), Metron 1.",
        "Four units or more (fewer: no interval); measures that vary.",
        Door((MEASURES,), (LEVEL,)),
    ),
    Method(
        "spearman",
        "Spearman's rank correlation",
        "Whether one measure rises with the other, in whatever curve. Holds nearly.",
        "r of the ranks;  atanh r ± z √((1 + r²/2) / (n − 3))",
        "Spearman (1904); Bonett and Wright (2000), Psychometrika 65.",
        "Four units or more; measures that vary.",
        Door((MEASURES,), (LEVEL,)),
    ),
    Method(
        "kendall",
        "Kendall's tau-b",
        "Share of pairs in the same order minus share in the opposite, ties apart. Holds nearly.",
        "atanh τ ± z √(0.437 / (n − 4))",
        "Kendall (1938), Biometrika 30; Fieller, Hartley and Pearson (1957), Biometrika 44.",
        "Six units or more (fewer: no interval); measures that vary.",
        Door((MEASURES,), (LEVEL,)),
    ),
)
