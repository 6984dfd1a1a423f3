"""Methods: whether the record can be trusted."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.method import Method

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "sample-ratio",
        "Shares of the arms (sequential sample ratio)",
        "Holds at every look: under the plan the alarm is ever raised with at most the stated chance. Periods with "
        "plans of their own are tested each against its own, and slices are named by e-BH.",
        "BF = B(a + n) / B(a) / ∏ wᵢ^nᵢ, a = 50 w;  p = min(1, 1 / ∏ over periods of BF)",
        "Lindon and Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS; root causes: Fabijan "
        "and others (2019), Diagnosing sample ratio mismatch, KDD.",
        "Units with an arm, and planned shares; none where a policy that learns moves them.",
    ),
    Method(
        "balance",
        "Alike before the start (covariate balance)",
        "One test of all attributes together; holds nearly, in large samples, for one look.",
        "X² = Σ over arms of nₐ (x̄ₐ − x̄)ᵀ S⁻¹ (x̄ₐ − x̄);  chi-square with (arms − 1) rank(S) degrees",
        "Hansen and Bowers (2008), Covariate balance in simple, stratified and clustered comparative studies, "
        "Statistical Science 23.",
        "Two arms with two units each, and an attribute that differs among units.",
    ),
    Method(
        "attrition",
        "Who was measured (attrition by arm)",
        "Whether arms lose people differently between the assignment and the first value; for one look.",
        "X² = Σ over arms of (mₐ − nₐ r)² / (nₐ r (1 − r)), r = Σ m / Σ n",
        "Pearson (1900), Philosophical Magazine 50; on what follows: Zhou and Fishbach (2016), The pitfall of "
        "experimenting on the web, Journal of Personality and Social Psychology 111.",
        "Two arms, and five expected lost and five expected measured in each.",
    ),
    Method(
        "anomalies",
        "What looks odd",
        "Not tests of a theory: measures that never differ, pile up at an end or hold values far from all others; "
        "whole records that repeat; days and seconds with far too many newcomers; values that come before the arm, or "
        "sooner than a person reads; effects that are others in the first half than in the second.",
        "far: |x − median| > 20 median |x − median|;  odd day: |n − median| > 5 √(median + 1) + median / 2;  "
        "first and later: z = (d₁ − d₂) / √(s₁² + s₂²)",
        "Leys and others (2013), Detecting outliers, Journal of Experimental Social Psychology 49.",
        "Twenty values.",
    ),
)
