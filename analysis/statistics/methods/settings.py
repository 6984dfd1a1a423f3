"""Settings that several methods have, each declared once."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Setting

LEAST_LEVEL: Final = 1e-9
"""Below it quantiles take long, and are noise in the end."""
LEVEL: Final = Setting("level", "Error allowed", 0.05, LEAST_LEVEL, 1, is_open=True)
LEVEL_F: Final = Setting("level", "Error allowed (0.1 goes with a one-sided F test)", 0.1, LEAST_LEVEL, 1, is_open=True)
LEVEL_ONE_SIDED: Final = Setting("level", "Error allowed, of each one-sided test", 0.05, LEAST_LEVEL, 0.5, is_open=True)
RELATIVE: Final = Setting("relative", "Over the control's size instead of absolute", False)
AT: Final = Setting("at", "Which quantile: 0.5 is the median", 0.5, 0, 1, is_open=True)
LOW: Final = Setting("low", "The least value there can be, declared beforehand", example=0.0)
HIGH: Final = Setting("high", "The largest value there can be, declared beforehand", example=100.0)
ENDS: Final = (LOW, HIGH)
UNTIL: Final = Setting("until", "Until which time", low=0, is_open=True, example=20.0)
TUNING: Final = Setting("tuning_n", "At how many units it is narrowest", 1000, 0, is_open=True)
SEED: Final = Setting(
    "seed", "Of the drawn permutations or samples: the same gives the same", 18, 0, 2**31, is_whole=True
)
DRAWS: Final = Setting("times", "Permutations drawn", 9999, 99, 100_000, is_whole=True)
SIDE: Final = Setting(
    "alternative", "What is looked for in the treatment", "two-sided", options=("two-sided", "greater", "less")
)
CONTROL: Final = Setting(
    "control", "The group that others are compared with (else the first one)", is_text=True, is_optional=True
)
TREATMENT: Final = Setting(
    "treatment", "The group compared with it (else the other one)", is_text=True, is_optional=True
)
CHANCES: Final = Setting(
    "chances",
    "Planned shares of the groups, in the order in which these come, as 2, 1 (else all alike)",
    is_text=True,
    is_optional=True,
)
PAIR: Final = (CONTROL, TREATMENT)
MOST: Final = Setting("most", "Factors in the largest interaction", 2, 1, 4, is_whole=True)
PRIOR: Final = (
    Setting("prior_a", "Prior of a rate, Beta(a, b): a", 0.5, 0, is_open=True),
    Setting("prior_b", "Prior of a rate, Beta(a, b): b", 0.5, 0, is_open=True),
)
EFFECT_PRIOR: Final = (
    Setting("prior_mean", "Prior of the relative effect: its mean", 0.0),
    Setting(
        "prior_sd",
        "Prior of the relative effect: its standard deviation (left out: nothing is known)",
        low=0,
        is_open=True,
        is_optional=True,
    ),
)
WIDTH: Final = Setting(
    "width", "Half of all standardised effects are thought smaller", 0.7071067811865476, 0, is_open=True
)
SIDES: Final = Setting("sides", "Two-sided (2) or one-sided (1)", 2, 1, 2, is_whole=True)
SPENDING: Final = Setting(
    "spending",
    "How the level is spent",
    "obrien_fleming",
    options=("obrien_fleming", "pocock", "power", "hwang_shih_decani"),
)
PARAMETER: Final = Setting(
    "parameter", "Of the spending: exponent of power, gamma of Hwang, Shih and DeCani", is_optional=True
)
UNITS: Final = Setting("n", "Units behind the last look, to be shown", 0, 0, is_whole=True)
PLANNED_LOOKS: Final = (LEVEL, SIDES, SPENDING, PARAMETER, UNITS)
