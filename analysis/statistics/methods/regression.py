"""Methods: regression and adjustment."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import LEVEL
from analysis.statistics.methods.shapes import CLUSTERED_ARMS, CLUSTERED_COVARIATES, COVARIATES, LOGISTIC

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "cuped",
        "Difference adjusted for what was known before (CUPED)",
        "Estimates the same difference with less noise: what a covariate measured before the assignment foretold is "
        "taken out. Never biased by a useless covariate; a covariate that the treatment can move must not be used.",
        "θ = cov(Y, X) / var(X) over both arms together;  Y′ = mY − θ mX;  V = (sY² + θ² sX² − 2 θ sXY) / n in each "
        "arm;  t with Welch's degrees of freedom",
        "Deng, Xu, Kohavi and Walker (2013), WSDM.",
        "More units than covariates and three; covariates measured before the assignment.",
        Door((COVARIATES,), (LEVEL,)),
    ),
    Method(
        "cuped-relative",
        "Relative difference adjusted by CUPED",
        "As CUPED, over the size of the control's unadjusted mean, as GrowthBook computes it.",
        "d = (Y′T − Y′C) / |mC|;  VT = (sT² + θ² sXT² − 2 θ sXYT) / (nT mC²);  "
        "VC = (sC² mT²/mC² − 2 θ sXYC mT/mC + θ² sXC²) / (nC mC²);  degrees of freedom as CUPED's",
        "Deng, Xu, Kohavi and Walker (2013), WSDM; GrowthBook's statistics, gbstats.",
        "As CUPED; a control whose mean is not 0.",
        Door((COVARIATES,), (LEVEL,)),
    ),
    Method(
        "lin",
        "Difference adjusted by regression (Lin)",
        "Right on average whatever the true relation to covariates is, and in large samples never less precise than "
        "the plain difference. The effect among the units seen.",
        "y on arm, centred covariates and their products;  HC2: V = (X'X)⁻¹ X' diag(e² / (1 − h)) X (X'X)⁻¹",
        "Lin (2013), Annals of Applied Statistics 7; MacKinnon and White (1985).",
        "More units than coefficients; covariates measured before the assignment.",
        Door((COVARIATES,), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "lin-moments",
        "Difference adjusted by regression, from sufficient statistics",
        "As Lin's; the spread about the line may differ between arms, but not within one.",
        "each arm's regression line at the covariates' common mean;  V = Σ s² (1/n + (x̄ − x̄ₐ)' Sₐ⁻¹ (x̄ − x̄ₐ))",
        "Lin (2013), Annals of Applied Statistics 7.",
        "More units in each arm than covariates and two.",
        Door((COVARIATES,), (LEVEL,)),
    ),
    Method(
        "lin-clustered",
        "Difference adjusted by regression, clusters",
        "As Lin's, where units come in clusters (classes, sites). Few clusters are allowed for.",
        "V = (X'X)⁻¹ Σ Xg' Ag eg eg' Ag Xg (X'X)⁻¹, Ag = (I − Hgg)^(−1/2);  degrees of Bell and McCaffrey; beyond a "
        "few hundred clusters Ag = I, and clusters − 1",
        "Bell and McCaffrey (2002), Survey Methodology 28; Liang and Zeger (1986), Biometrika 73.",
        "Two clusters or more.",
        Door((CLUSTERED_COVARIATES,), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "clustered",
        "Difference of means, clusters",
        "Measurements of one cluster count as one piece of evidence. Few clusters are allowed for.",
        "as the adjusted one, without covariates",
        "Bell and McCaffrey (2002), Survey Methodology 28; Liang and Zeger (1986), Biometrika 73.",
        "Two clusters or more, in both arms.",
        Door((CLUSTERED_ARMS,), (LEVEL,), most_rows=5_000),
    ),
    Method(
        "logistic",
        "Logistic regression",
        "Wald intervals of log odds: they hold in large samples. Separation is found, and said instead of a figure.",
        "maximises Σ y xβ − log(1 + exp xβ);  β ± z √(information⁻¹)",
        "Albert and Anderson (1984), Biometrika 71; Konis (2007), on finding separation.",
        "Outcomes of both kinds that no line tells apart.",
        Door((LOGISTIC,), (LEVEL,), most_rows=5_000),
    ),
)
