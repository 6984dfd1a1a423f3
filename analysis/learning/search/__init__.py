"""Which settings to compute: sweeps in a document, the space of its settings, and the searches that go through it.

    design = read_design({"components": {"net": {"config": {"hidden": {"sweep": [32, 64]}}}}})
    proposals = design.proposals()                       # settings, with no sweep left
    computations = design.computations(proposals)        # settings x folds x seeds

An adaptive search is asked again with what became of its proposals: `design.proposals(trials)`. Everything follows from
the document and the trials alone. To add a search: one file with a dataclass like those here, one line below.
"""

from analysis.learning.search.design import Computation, Design, design_faults, read_design, space_of
from analysis.learning.search.grid import Grid
from analysis.learning.search.nodes import Built
from analysis.learning.search.searches import SEARCHES, Occasion, Proposal, Search, Trial, read_search

__all__ = [
    "SEARCHES",
    "Built",
    "Computation",
    "Design",
    "Grid",
    "Occasion",
    "Proposal",
    "Search",
    "Trial",
    "design_faults",
    "read_design",
    "read_search",
    "space_of",
]
