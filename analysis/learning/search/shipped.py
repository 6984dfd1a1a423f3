"""The searches of this house: importing them registers them."""

from analysis.learning.search.bayes import Bayes
from analysis.learning.search.grid import Grid
from analysis.learning.search.halving import Hyperband, SuccessiveHalving
from analysis.learning.search.random_search import LatinHypercube, Random
from analysis.learning.search.searches import SEARCHES

__all__ = ["SEARCHES", "Bayes", "Grid", "Hyperband", "LatinHypercube", "Random", "SuccessiveHalving"]
