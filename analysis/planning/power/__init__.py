"""Power: what each kind of study finds with n units, and how many it needs."""

from analysis.planning.power.design import Design
from analysis.planning.power.events import Correlation, Durations, Rates
from analysis.planning.power.groups import Clusters, Conditions, Groups
from analysis.planning.power.means import NotWorse, PairedMeans, TheSame, TwoMeans
from analysis.planning.power.proportions import TwoProportions
from analysis.planning.power.solving import invited, smallest_effect, units, whole_units

__all__ = ["DESIGNS", "Design", "invited", "smallest_effect", "units", "whole_units"]

DESIGNS: dict[str, type[Design]] = {
    design.kind: design
    for design in (
        TwoMeans,
        TwoProportions,
        PairedMeans,
        Groups,
        Conditions,
        Clusters,
        Rates,
        Durations,
        Correlation,
        NotWorse,
        TheSame,
    )
}
