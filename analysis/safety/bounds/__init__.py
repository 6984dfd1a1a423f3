"""Confidence bounds on one quantity, found by name. To add one, see ``one_sided`` and docs/recipes/add-a-bound.md.

bound = BOUNDS.parse("auto")                                    # or {"type": "betting", "seed": 3}
bound.upper(Evidence(values, low=0.0, high=1.0), delta=0.05)    # infinite where nothing holds
"""

from analysis.safety.bounds.automatic import Auto
from analysis.safety.bounds.betting import Betting
from analysis.safety.bounds.bootstrap import Bootstrap
from analysis.safety.bounds.clopper_pearson import ClopperPearson
from analysis.safety.bounds.dkw import Dkw
from analysis.safety.bounds.hoeffding import Hoeffding
from analysis.safety.bounds.maurer_pontil import MaurerPontil
from analysis.safety.bounds.one_sided import BOUNDS, FEWEST, OneSided
from analysis.safety.bounds.predictable_bernstein import PredictableBernstein
from analysis.safety.bounds.student_t import StudentT

__all__ = [
    "BOUNDS",
    "FEWEST",
    "Auto",
    "Betting",
    "Bootstrap",
    "ClopperPearson",
    "Dkw",
    "Hoeffding",
    "MaurerPontil",
    "OneSided",
    "PredictableBernstein",
    "StudentT",
]
