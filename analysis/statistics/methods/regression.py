"""Methods: regression and adjustment."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

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
    ),
    Method(
        "cuped-relative",
        "Relative difference adjusted by CUPED",
        "As CUPED, over the size of the control's unadjusted mean, as GrowthBook computes it.",
        "d = (Y′T − Y′C) / |mC|;  VT = (sT² + θ² sXT² − 2 θ sXYT) / (nT mC²);  "
        "VC = (sC² mT²/mC² − 2 θ sXYC mT/mC + θ² sXC²) / (nC mC²);  degrees of freedom as CUPED's",
        "Deng, Xu, Kohavi and Walker (2013), WSDM; GrowthBook's statistics, gbstats.",
        "As CUPED; a control whose mean is not 0.",
    ),
)
