"""Methods: means, ratios and quantiles."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import AT, LEVEL, LEVEL_ONE_SIDED, RELATIVE
from analysis.statistics.methods.shapes import (
    ARMS,
    ARMS_IN_SUMS,
    CLUSTERED_VALUES,
    ESTIMATE,
    GROUPS,
    GROUPS_IN_SUMS,
    PAIRS,
    RATIO,
    RATIO_ARMS,
    STRATA,
    SUMMARY,
    VALUES,
)

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "student-mean",
        "Mean, with Student's interval",
        "Holds if values are normal; nearly, for thirty or more of any kind that is not too skewed.",
        "m ± t(1 − level/2; n − 1) · s / √n",
        "Student (1908), The probable error of a mean, Biometrika 6.",
        "Two or more values that differ.",
        Door((VALUES, SUMMARY), (LEVEL, Setting("null", "The mean to test against", is_optional=True))),
    ),
    Method(
        "welch",
        "Difference of means (Welch)",
        "Spreads of the arms may differ. Holds if values are normal; nearly, for thirty or more units in each arm. An "
        "arm whose values are all the same is given the other's spread.",
        "d = mT − mC;  V = sT²/nT + sC²/nC;  d ± t(1 − level/2; ν) √V;  "
        "ν = V² / ((sT²/nT)²/(nT − 1) + (sC²/nC)²/(nC − 1))",
        "Welch (1947), Biometrika 34; Satterthwaite (1946), Biometrics Bulletin 2.",
        "Two or more units in each arm, and values that differ in one of them.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "welch-relative",
        "Relative difference of means (delta method)",
        "As Welch's, over the size of the control's mean; holds nearly. Where that mean is within twelve standard "
        "errors of 0, Fieller's interval is put around it.",
        "d = (mT − mC) / |mC|;  V = sT²/(nT mC²) + sC² mT²/(nC mC⁴);  degrees of freedom as Welch's",
        "Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD.",
        "Two or more units in each arm; a control whose mean is not 0.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "fieller",
        "Quotient with an unsure denominator (Fieller)",
        "Holds however close the denominator is to 0; the interval is then wide, or open.",
        "all r with |a − r b| ≤ t √(Va − 2 r Vab + r² Vb)",
        "Fieller (1954), Some problems in interval estimation, JRSS B 16; differences of two such quotients: Zou and "
        "Donner (2008), Statistics in Medicine 27.",
        "Two or more units in each arm.",
        Door((RATIO,), (LEVEL,)),
    ),
    Method(
        "weighted-means",
        "Weighted sum of means",
        "A main effect, an interaction or a trend over groups; spreads may differ. Holds nearly, with thirty units or "
        "more in each group.",
        "d = Σ w m;  V = Σ w² s²/n;  t with Satterthwaite's degrees of freedom (normal, where so said)",
        "Satterthwaite (1946), Biometrics Bulletin 2; Welch (1951), Biometrika 38.",
        "Two units or more in each group, and values that differ in one of them.",
        Door(
            (GROUPS, GROUPS_IN_SUMS),
            (
                LEVEL,
                Setting(
                    "weights", "One for each group, in their order, as 1, 0, -1", is_text=True, example="-1, 0.5, 0.5"
                ),
            ),
            example={"weights": "-1, 0.5, 0.5"},
        ),
    ),
    Method(
        "student",
        "Difference of means with one common spread (Student)",
        "Exact if values of both arms are normal with the same spread; not to be trusted where spreads differ.",
        "d = mT − mC;  s² = ((nT − 1) sT² + (nC − 1) sC²) / (nT + nC − 2);  "
        "d ± t(1 − level/2; nT + nC − 2) s √(1/nT + 1/nC)",
        "Student (1908), Biometrika 6.",
        "Three or more units in both arms together, and values that differ within an arm.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "z-means",
        "Difference of means, normal distribution",
        "As Student's, for arms so large that the spread is known.",
        "z = d / (s √(1/nT + 1/nC))",
        "Lehmann and Romano (2005), Testing Statistical Hypotheses, ch. 11; as statsmodels' ztest.",
        "Three or more units in both arms together, and values that differ within an arm.",
        Door((ARMS, ARMS_IN_SUMS), (LEVEL,)),
    ),
    Method(
        "paired",
        "Difference within units (paired t)",
        "Each unit is its own control. Holds if the differences are normal; nearly, for thirty or more.",
        "m(y₂ − y₁) ± t(1 − level/2; n − 1) · s(y₂ − y₁) / √n",
        "Student (1908), Biometrika 6.",
        "Two or more units measured in both conditions, and differences that differ.",
        Door((PAIRS,), (LEVEL,)),
    ),
    Method(
        "ratio",
        "Ratio of two sums over units (delta method)",
        "The unit is who was assigned, not the order or trial: several measurements of a unit count as one unit.",
        "r = mY / mX;  V = (sY² − 2 r sXY + r² sX²) / (n mX²);  r ± z √V",
        "Deng, Knoblich and Lu (2018), KDD; Cochran (1977), Sampling Techniques, ch. 6.",
        "Two or more units; a denominator whose sum is not 0.",
        Door((RATIO,), (LEVEL,)),
    ),
    Method(
        "ratio-difference",
        "Difference of ratios",
        "As the difference of means (Welch), of units' linearised parts.",
        "d = rT − rC;  V = VT + VC;  t with Welch's degrees of freedom",
        "Deng, Knoblich and Lu (2018), KDD.",
        "Two or more units in each arm; denominators whose sums are not 0.",
        Door((RATIO_ARMS,), (LEVEL,)),
    ),
    Method(
        "ratio-relative",
        "Relative difference of ratios",
        "As the relative difference of means, of units' linearised parts.",
        "d = (rT − rC) / |rC|;  V = VT / rC² + VC rT² / rC⁴;  t with Welch's degrees of freedom",
        "Deng, Knoblich and Lu (2018), KDD.",
        "Two or more units in each arm; a control whose ratio is not 0.",
        Door((RATIO_ARMS,), (LEVEL,)),
    ),
    Method(
        "quantile",
        "Quantile (order statistics)",
        "Never misses more often than it says, whatever the distribution.",
        "[x(a), x(b)], Binomial(n, q) outside a ... b at most level/2 on each side",
        "Conover (1999), Practical Nonparametric Statistics, ch. 3.",
        "One value or more; a side is open where there are too few.",
        Door((VALUES,), (AT, LEVEL)),
    ),
    Method(
        "quantile-clustered",
        "Quantile, several values of each unit",
        "The unit is who was assigned. Holds nearly, with thirty units or more.",
        "order statistics at q ± t √V, V the units' error of the share below",
        "Woodruff (1952), JASA 47.",
        "Two units or more.",
        Door((CLUSTERED_VALUES,), (AT, LEVEL)),
    ),
    Method(
        "quantile-difference",
        "Difference of quantiles",
        "The two exact intervals put together; holds nearly. The p-value is the level at which 0 drops out.",
        "low = d − √((qT − lT)² + (uC − qC)²);  high = d + √((uT − qT)² + (qC − lC)²)",
        "Zou and Donner (2008), Statistics in Medicine 27.",
        "Enough units in each arm for both limits (six or more for the median at 5 %).",
        Door((ARMS,), (AT, LEVEL)),
    ),
    Method(
        "quantile-relative",
        "Relative difference of quantiles",
        "The same on the scale of logarithms.",
        "exp(difference of log quantiles) − 1",
        "Zou and Donner (2008), Statistics in Medicine 27.",
        "As the difference, and quantiles above 0.",
        Door((ARMS,), (AT, LEVEL)),
    ),
    Method(
        "winsorised",
        "Capping extreme values",
        "What is estimated is then the mean of capped values, not of values. Declared beforehand; caps come from all "
        "arms together (for a ratio, from the same units for both parts), and are printed with how many they touched.",
        "x → min(max(x, low), high), caps given, or quantiles of all arms' values (if so declared, of those not 0)",
        "Tukey (1962), Annals of Mathematical Statistics 33.",
        "Caps that leave some values differing.",
        Door(
            (ARMS,),
            (
                LEVEL,
                Setting("lower", "Share of values capped below", 0.0, 0, 0.5),
                Setting("upper", "Share of values left uncapped above", 0.95, 0.5, 1),
                Setting("ignore_zeros", "Shares of the values that are not 0", False),
            ),
        ),
    ),
    Method(
        "post-stratified",
        "Difference within strata",
        "Each stratum is weighed by its share of all units: chance imbalance between strata is taken out. Holds "
        "nearly, among the units seen.",
        "d = Σ (n_s / n) (mT − mC);  V = Σ (n_s / n)² (sT²/nT + sC²/nC)",
        "Cochran (1977), Sampling Techniques, ch. 5A; Miratrix, Sekhon and Yu (2013), JRSS B 75.",
        "Two units or more of each arm in a stratum; thinner strata are put together.",
        Door((STRATA,), (LEVEL, RELATIVE)),
    ),
    Method(
        "non-inferiority",
        "Non-inferiority",
        "Says that treatment is worse by less than a margin, wrongly with at most the level's chance.",
        "shown if the one-sided limit is within the margin;  p of t = (d + margin) / se",
        "Piaggio and others (2012), CONSORT extension, JAMA 308.",
        "A margin fixed beforehand, and any estimate of the difference.",
        Door(
            (ARMS, ESTIMATE),
            (
                LEVEL_ONE_SIDED,
                Setting("margin", "How much worse would not matter", low=0, is_open=True, example=3.0),
                Setting("higher_is_better", "Whether more is better", True),
            ),
        ),
    ),
    Method(
        "tost",
        "Equivalence (two one-sided tests)",
        "Says that the difference lies between two margins, wrongly with at most the level's chance.",
        "shown if the interval that leaves out the level on each side lies within;  p = the larger of both",
        "Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15.",
        "Margins fixed beforehand, and any estimate of the difference.",
        Door(
            (ARMS, ESTIMATE),
            (
                LEVEL_ONE_SIDED,
                Setting("low", "The least difference that would not matter", example=-8.0),
                Setting("high", "The largest that would not matter", example=8.0),
            ),
        ),
    ),
)
