"""Methods: counts and durations."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import AT, LEVEL, UNTIL
from analysis.statistics.methods.shapes import DURATION_ARMS, DURATION_GROUPS, DURATIONS
from analysis.statistics.methods.shapes_of_counts import EVENT_ARMS, EVENTS

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "poisson-rate",
        "Rate of events (exact)",
        "Never misses more often than it says, if events come independently of each other.",
        "[χ²⁻¹(level/2; 2k) / 2E, χ²⁻¹(1 − level/2; 2k + 2) / 2E]",
        "Garwood (1936), Biometrika 28.",
        "An exposure above 0.",
        Door((EVENTS,), (LEVEL,)),
    ),
    Method(
        "rate-ratio",
        "Ratio of rates (exact)",
        "Never misses more often than it says, if events come independently of each other: conditional on all events.",
        "kT given kT + kC is binomial with odds φ ET/EC;  Clopper and Pearson's limits of that share, as odds",
        "Przyborowski and Wilenski (1940), Biometrika 31.",
        "An event or more in the control.",
        Door((EVENT_ARMS,), (LEVEL,)),
    ),
    Method(
        "rate-difference",
        "Difference of rates",
        "The two exact intervals put together; rather too long than too short.",
        "low = d − √((rT − lT)² + (uC − rC)²);  high = d + √((uT − rT)² + (rC − lC)²)",
        "Zou and Donner (2008), Statistics in Medicine 27.",
        "Exposures above 0.",
        Door((EVENT_ARMS,), (LEVEL,)),
    ),
    Method(
        "kaplan-meier",
        "Share without the event (Kaplan and Meier)",
        "Holds in large samples, if who is cut short is no likelier to have had the event. At 0 and 1: the exact "
        "interval of those at risk.",
        "S(t) = ∏ (1 − d/n);  V = Σ d / (n (n − d));  S^exp(±z √V / log S)",
        "Kaplan and Meier (1958), JASA 53; Greenwood (1926); Kalbfleisch and Prentice (2002).",
        "Somebody still watched at that time.",
        Door((DURATIONS,), (LEVEL, Setting("time", "At which time", low=0, example=15.0))),
    ),
    Method(
        "survival-quantile",
        "Time until a share has had the event",
        "All times at which the survival curve's interval holds that share; open where too few have had the event.",
        "the first t with S(t) ≤ 1 − q; limits from the curve's limits",
        "Brookmeyer and Crowley (1982), Biometrics 38.",
        "Durations of two or more units.",
        Door((DURATIONS,), (AT, LEVEL)),
    ),
    Method(
        "rmst",
        "Restricted mean time",
        "The mean time without the event up to a time fixed beforehand; holds in large samples.",
        "∫₀^τ S(t) dt;  V = Σ (∫ₜ^τ S)² d / (n (n − d))",
        "Royston and Parmar (2013), BMC Medical Research Methodology 13.",
        "Somebody watched until that time, and an event before it.",
        Door((DURATIONS,), (UNTIL, LEVEL)),
    ),
    Method(
        "rmst-difference",
        "Difference of restricted mean times",
        "Needs no proportional hazards; holds in large samples.",
        "d = RMST_T − RMST_C;  V = VT + VC",
        "Royston and Parmar (2013), BMC Medical Research Methodology 13.",
        "As the restricted mean, in both arms.",
        Door((DURATION_ARMS,), (UNTIL, LEVEL)),
    ),
    Method(
        "rmst-relative",
        "Relative difference of restricted mean times",
        "As the difference, over the control's, by the delta method.",
        "d = (RMST_T − RMST_C) / RMST_C",
        "Royston and Parmar (2013), BMC Medical Research Methodology 13.",
        "As the restricted mean, in both arms.",
        Door((DURATION_ARMS,), (UNTIL, LEVEL)),
    ),
    Method(
        "log-rank",
        "Log-rank test",
        "Most powerful if one hazard is a multiple of the other; blind to curves that cross. Holds in large samples.",
        "at each event, events of an arm minus d · (its share at risk), summed;  χ² with arms − 1 degrees of freedom",
        "Mantel (1966), Cancer Chemotherapy Reports 50.",
        "Two arms or more, and an event.",
        Door((DURATION_GROUPS,)),
    ),
    Method(
        "hazard-ratio",
        "Hazard ratio (Cox)",
        "Supposes the same ratio at all times; holds in large samples.",
        "maximises the partial likelihood, ties as Efron's;  log φ ± z / √(information)",
        "Cox (1972), JRSS B 34; Efron (1977), JASA 72.",
        "Events in both arms, while both are at risk.",
        Door((DURATION_ARMS,), (LEVEL,), most_rows=5_000),
    ),
)
