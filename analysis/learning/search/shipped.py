"""The searches of this house: importing them registers them."""

from analysis.learning.search.grid import Grid
from analysis.learning.search.searches import SEARCHES

__all__ = ["SEARCHES", "Grid"]
