"""Methods: means, ratios and quantiles."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "student-mean",
        "Mean, with Student's interval",
        "Holds if values are normal; nearly, for thirty or more of any kind that is not too skewed.",
        "m ± t(1 − level/2; n − 1) · s / √n",
        "Student (1908), The probable error of a mean, Biometrika 6.",
        "Two or more values that differ.",
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
    ),
    Method(
        "welch-relative",
        "Relative difference of means (delta method)",
        "As Welch's, over the size of the control's mean. Where that mean is within three standard errors of 0, "
        "Fieller's interval is given instead.",
        "d = (mT − mC) / |mC|;  V = sT²/(nT mC²) + sC² mT²/(nC mC⁴);  degrees of freedom as Welch's",
        "Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD.",
        "Two or more units in each arm; a control whose mean is not 0.",
    ),
    Method(
        "fieller",
        "Quotient with an unsure denominator (Fieller)",
        "Holds however close the denominator is to 0; the interval is then wide, or open.",
        "all r with |a − r b| ≤ t √(Va − 2 r Vab + r² Vb)",
        "Fieller (1954), Some problems in interval estimation, JRSS B 16; differences of two such quotients: Zou and "
        "Donner (2008), Statistics in Medicine 27.",
        "Two or more units in each arm.",
    ),
    Method(
        "student",
        "Difference of means with one common spread (Student)",
        "Exact if values of both arms are normal with the same spread; not to be trusted where spreads differ.",
        "d = mT − mC;  s² = ((nT − 1) sT² + (nC − 1) sC²) / (nT + nC − 2);  "
        "d ± t(1 − level/2; nT + nC − 2) s √(1/nT + 1/nC)",
        "Student (1908), Biometrika 6.",
        "Three or more units in both arms together, and values that differ within an arm.",
    ),
    Method(
        "z-means",
        "Difference of means, normal distribution",
        "As Student's, for arms so large that the spread is known.",
        "z = d / (s √(1/nT + 1/nC))",
        "Lehmann and Romano (2005), Testing Statistical Hypotheses, ch. 11; as statsmodels' ztest.",
        "Three or more units in both arms together, and values that differ within an arm.",
    ),
    Method(
        "paired",
        "Difference within units (paired t)",
        "Each unit is its own control. Holds if the differences are normal; nearly, for thirty or more.",
        "m(y₂ − y₁) ± t(1 − level/2; n − 1) · s(y₂ − y₁) / √n",
        "Student (1908), Biometrika 6.",
        "Two or more units measured in both conditions, and differences that differ.",
    ),
    Method(
        "ratio",
        "Ratio of two sums over units (delta method)",
        "The unit is who was assigned, not the order or trial: several measurements of a unit count as one unit.",
        "r = mY / mX;  V = (sY² − 2 r sXY + r² sX²) / (n mX²);  r ± z √V",
        "Deng, Knoblich and Lu (2018), KDD; Cochran (1977), Sampling Techniques, ch. 6.",
        "Two or more units; a denominator whose sum is not 0.",
    ),
    Method(
        "ratio-difference",
        "Difference of ratios",
        "As the difference of means (Welch), of units' linearised parts.",
        "d = rT − rC;  V = VT + VC;  t with Welch's degrees of freedom",
        "Deng, Knoblich and Lu (2018), KDD.",
        "Two or more units in each arm; denominators whose sums are not 0.",
    ),
    Method(
        "ratio-relative",
        "Relative difference of ratios",
        "As the relative difference of means, of units' linearised parts.",
        "d = (rT − rC) / |rC|;  V = VT / rC² + VC rT² / rC⁴;  t with Welch's degrees of freedom",
        "Deng, Knoblich and Lu (2018), KDD.",
        "Two or more units in each arm; a control whose ratio is not 0.",
    ),
)
