"""Methods: planning."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, NoDoor, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import LEVEL_ONE_SIDED, PRIOR
from analysis.statistics.methods.shapes_of_counts import COUNTED, COUNTED_GROUPS, EARLIER

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "power",
        "Power and sample size",
        "The chance that the planned test finds an effect of the stated size; units are the fewest that reach it. "
        "Exact for normal values by the non-central t and F; nearly, for proportions, rates and durations.",
        "power(n, δ) = P(|T| > t(1 − level/2; ν)),  T non-central with δ / SE(n)",
        "Cohen (1988), Statistical power analysis; Fleiss, Levin and Paik (2003), ch. 4; "
        "Schoenfeld (1981), Biometrika 68.",
        "The kind of design, an effect, and the spread between units.",
        NoDoor("It reads no data: `manage.py power` asks it by numbers alone, `manage.py plan` of an experiment."),
    ),
    Method(
        "power-watched",
        "Power of a study that is looked at",
        "The chance to find the effect by any look, and the mean share of the units used. Integrated from look to "
        "look. Looks at any time are those of results: the asymptotic sequence at a hundred looks at geometric steps, "
        "which understates the power a little; for values with two ends, bets in 2,000 studies that are played "
        "through, looked at in steps of 7 %.",
        "fₖ₊₁(s) = ∫ inside the bounds fₖ(u) φ((s − u − θΔt)/√Δt)/√Δt du",
        "Armitage, McPherson and Rowe (1969), JRSS A 132; Lan and DeMets (1983), Biometrika 70.",
        "A way of spending the level, bets, or the asymptotic confidence sequence.",
        NoDoor("It reads no data: `manage.py power` asks it by numbers alone, `manage.py plan` of an experiment."),
    ),
    Method(
        "assurance",
        "Assurance",
        "Power averaged over what is believed of the effect, counting only effects of the believed direction. No "
        "number of units passes its ceiling, the chance that there is an effect of that direction.",
        "∫ over δ > 0 of power(n, δ) π(δ) dδ;  ceiling Φ(μ/τ)",
        "O'Hagan, Stevens and Campbell (2005), Pharmaceutical Statistics 4.",
        "A mean and a standard deviation of the effect.",
        NoDoor("It reads no data: `manage.py power` asks it by numbers alone, `manage.py plan` of an experiment."),
    ),
    Method(
        "information-gain",
        "Expected information",
        "How much one more look is expected to lower the doubt about the question, in nats. Exact for conjugate "
        "models; elsewhere between a bound from below and one from above.",
        "EIG = H(question) − E over outcomes of H(question | outcome)",
        "Lindley (1956), Annals of Mathematical Statistics 27; Rainforth et al. (2018), ICML; "
        "Foster et al. (2020), AISTATS.",
        "What is believed of each arm, and the question: the best arm, the comparison with control, or the means.",
        Door(
            (COUNTED_GROUPS,),
            (
                *PRIOR,
                Setting(
                    "target",
                    "What is to be found out",
                    "best_arm",
                    options=("best_arm", "compare_to_control", "estimate"),
                ),
            ),
            most_rows=20,
            most_units=100_000,
        ),
    ),
    Method(
        "predictive-probability",
        "Predictive probability of success",
        "The chance that the planned test succeeds at its end, given what is seen so far; below 5 % going on is called "
        "futile.",
        "P(z at the end > critical | data) = Φ((t θ̂ + (1 − t) E θ − z₁₋ SE√t) / spread)",
        "Spiegelhalter, Freedman and Blackburn (1986), Controlled Clinical Trials 7.",
        "The estimate so far, and the share of the information planned.",
        Door(
            (COUNTED,),
            (
                Setting("planned", "Units at the planned end", low=1, high=100_000, is_whole=True, example=100),
                Setting("against", "The rate that success has to show itself above", 0.5, 0, 1, is_open=True),
                LEVEL_ONE_SIDED,
            ),
            most_units=100_000,
            example={"planned": 100, "against": 0.2},
        ),
    ),
    Method(
        "power-prior",
        "Earlier studies, counted for less",
        "Each earlier unit counts for the share that was stated beforehand. Data that the prior would find surprising "
        "are said to be in conflict with it.",
        "Beta(a + δ s, b + δ (n − s));  normal mean with precision δ n / s²",
        "Ibrahim, Chen, Gwon and Chen (2015), Statistics in Medicine 34; Box (1980), JRSS A 143.",
        "Units of the earlier study, and a share δ in [0, 1].",
        Door((EARLIER,), PRIOR),
    ),
)
