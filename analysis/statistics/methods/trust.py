"""Methods: whether the record can be trusted."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import CHANCES
from analysis.statistics.methods.shapes_of_counts import LOST, SHARES
from analysis.statistics.methods.shapes_of_judges import BALANCE, RECORD

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
        Door((SHARES,)),
    ),
    Method(
        "balance",
        "Alike before the start (covariate balance)",
        "All attributes together, at every look: of each attribute the evidence of bets on a unit's arm that know its "
        "value, and of all of them the mean of that. If arms are drawn whatever the values are, the alarm is ever "
        "raised with at most the stated chance; exact for independent draws, and for blocks where units come in an "
        "order that has nothing to do with them.",
        "E = mean over attributes, arms, θ = ±0.05 … ±3.2 of ∏ e^{θ zᵢ [Aᵢ = a]} / (1 + πₐ (e^{θ zᵢ} − 1)), "
        "zᵢ: the value against those before it;  p = min(1, 1 / E)",
        "Ramdas, Grünwald, Vovk and Shafer (2023), Game-theoretic statistics and safe anytime-valid inference, "
        "Statistical Science 38; Duan, Ramdas and Wasserman (2022), Interactive rank testing by betting, CLeaR.",
        "Two arms with two units each, and an attribute that differs among units; on the first 16 nobody bets.",
        Door((BALANCE,), (CHANCES,)),
    ),
    Method(
        "attrition",
        "Who was measured (attrition by arm)",
        "Whether arms differ in who has a first value, at every look: bets on each unit's arm that know whether it had "
        "one an hour, a day, a week after it got its arm, each settled once that time is over; the mean of the three. "
        "Where arms have no part in it, the alarm is ever raised with at most the stated chance.",
        "E = mean over deadlines, arms, θ of ∏ e^{θ zᵢ [Aᵢ = a]} / (1 + πₐ (e^{θ zᵢ} − 1)), "
        "zᵢ: 1 if without a value, 0 else, less the share before it;  p = min(1, 1 / E)",
        "Ramdas, Grünwald, Vovk and Shafer (2023), Statistical Science 38; on what follows: Zhou and Fishbach (2016), "
        "The pitfall of experimenting on the web, Journal of Personality and Social Psychology 111.",
        "Two arms whose chances are known, and 17 units that had their arm for an hour.",
        Door((LOST,), (CHANCES,)),
    ),
    Method(
        "anomalies",
        "What looks odd",
        "Not tests of a theory: measures that never differ, pile up at an end or hold values far from all others; "
        "whole records that repeat; days and seconds with far too many newcomers; values that come before the arm, or "
        "sooner than a person reads; effects that are others in the first half than in the second.",
        "far: |x − median| > 20 median |x − median|;  odd day: |n − median| > 5 √(median + 1) + median / 2;  "
        "first and later: z = (d₁ − d₂) / √(s₁² + s₂²), after i doublings at level / (i + 1)(i + 2)",
        "Leys and others (2013), Detecting outliers, Journal of Experimental Social Psychology 49.",
        "Twenty values.",
        Door((RECORD,)),
    ),
)
