"""The tables of this room."""

from analysis.results.models.tally import Horizon, Tally, TallyBlock, TallySum, Touched

__all__ = ("Horizon", "Tally", "TallyBlock", "TallySum", "Touched")
