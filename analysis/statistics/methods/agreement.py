"""Methods: agreement and reliability."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import LEVEL, SEED
from analysis.statistics.methods.shapes_of_judges import ITEMS, JUDGES, NAMED, RATED, RATED_BY_ALL

ALPHA = "α = 1 − D observed / D expected, over all pairs of judgements of the same unit;  D by "
DRAWN = "Any number of judges, with gaps. Interval from two thousand draws of units; holds nearly, with twenty or more."
KRIPPENDORFF = "Krippendorff (2011), Computing Krippendorff's alpha-reliability."
JUDGED = "A unit or more judged twice, and judgements that differ."
RATED_TWICE = "Two units or more, each rated by all of two judges or more; ratings that differ."
MCGRAW = "Shrout and Fleiss (1979), Psychological Bulletin 86; McGraw and Wong (1996), Psychological Methods 1."

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "cohen-kappa",
        "Cohen's kappa",
        "Agreement of two judges beyond chance. Holds nearly, in large samples.",
        "κ = (p_o − p_e) / (1 − p_e);  large-sample error",
        "Cohen (1960); Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72.",
        "Units judged by the same two judges, who name more than one category.",
        Door((JUDGES,), (LEVEL,)),
    ),
    Method(
        "weighted-kappa",
        "Weighted kappa",
        "As Cohen's, but near misses count in part: linear or quadratic in how far categories are apart.",
        "w = 1 − (|i − j| / (k − 1))^1 or ^2",
        "Cohen (1968); Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72.",
        "Units judged by the same two judges, who name more than one category.",
        Door(
            (JUDGES,),
            (
                LEVEL,
                Setting("weights", "How far apart counts", "linear", options=("linear", "quadratic")),
                Setting(
                    "categories",
                    "In their order, as low, middle, high (else by number or letter)",
                    is_text=True,
                    is_optional=True,
                ),
            ),
        ),
    ),
    Method(
        "fleiss-kappa",
        "Fleiss' kappa",
        "Agreement of several judges, not always the same ones. Holds nearly.",
        "κ = (p̄ − Σ π²) / (1 − Σ π²);  error from what each unit contributes, t with n − 1",
        "Fleiss (1971), Psychological Bulletin 76; error: Gwet (2021), Educational and Psychological Measurement 81.",
        "Units judged by two judges or more, who name more than one category.",
        Door((NAMED,), (LEVEL,)),
    ),
    Method(
        "krippendorff-nominal",
        "Krippendorff's alpha, names",
        DRAWN,
        ALPHA + "same or not",
        KRIPPENDORFF,
        JUDGED,
        Door((NAMED,), (LEVEL, SEED), most_rows=2_000),
    ),
    Method(
        "krippendorff-ordinal",
        "Krippendorff's alpha, ranks",
        DRAWN,
        ALPHA + "how many judgements lie between, squared",
        KRIPPENDORFF,
        JUDGED,
        Door((RATED,), (LEVEL, SEED), most_rows=2_000),
    ),
    Method(
        "krippendorff-interval",
        "Krippendorff's alpha, numbers",
        DRAWN,
        ALPHA + "(a − b)²",
        KRIPPENDORFF,
        JUDGED,
        Door((RATED,), (LEVEL, SEED), most_rows=2_000),
    ),
    Method(
        "krippendorff-ratio",
        "Krippendorff's alpha, amounts",
        DRAWN,
        ALPHA + "((a − b) / (a + b))²",
        KRIPPENDORFF,
        JUDGED,
        Door((RATED,), (LEVEL, SEED), most_rows=2_000),
    ),
    Method(
        "cronbach-alpha",
        "Cronbach's alpha",
        "A lower limit of a sum score's reliability, if errors of items are unrelated. Interval exact if items are "
        "parallel and normal.",
        "α = k / (k − 1) (1 − Σ s² / s²(sum));  1 − (1 − α) F(1 − level/2 or level/2; n − 1, (n − 1)(k − 1))",
        "Cronbach (1951), Psychometrika 16; Feldt (1965), Psychometrika 30.",
        "Two respondents or more who answered all of two items or more; sums that differ.",
        Door((ITEMS,), (LEVEL,)),
    ),
    Method(
        "mcdonald-omega",
        "McDonald's omega",
        "Share of a sum score's variance due to one common factor; items may differ in how much they tell. Interval "
        "from five hundred draws of respondents; holds nearly, with fifty or more.",
        "ω = (Σ λ)² / ((Σ λ)² + Σ ψ), one factor by minimal residuals",
        "McDonald (1999), Test Theory; Harman and Jones (1966), Psychometrika 31.",
        "Three items or more that vary.",
        Door((ITEMS,), (LEVEL, SEED), most_rows=5_000),
    ),
    Method(
        "icc-1",
        "Intraclass correlation, judges differ by unit",
        "Exact interval for normal values. Single, and of the mean of k judges.",
        "(MSB − MSW) / (MSB + (k − 1) MSW)",
        MCGRAW,
        RATED_TWICE,
        Door((RATED_BY_ALL,), (LEVEL,)),
    ),
    Method(
        "icc-a",
        "Intraclass correlation, agreement",
        "The same judges rate all units, and their levels count. Interval holds nearly (Satterthwaite).",
        "(MSB − MSE) / (MSB + (k − 1) MSE + k (MSJ − MSE) / n)",
        MCGRAW,
        RATED_TWICE,
        Door((RATED_BY_ALL,), (LEVEL,)),
    ),
    Method(
        "icc-c",
        "Intraclass correlation, consistency",
        "The same judges rate all units, and their levels do not count. Exact interval for normal values.",
        "(MSB − MSE) / (MSB + (k − 1) MSE)",
        MCGRAW,
        RATED_TWICE,
        Door((RATED_BY_ALL,), (LEVEL,)),
    ),
)
