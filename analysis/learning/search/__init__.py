"""Which settings to compute: sweeps in a document, the space of its settings, and the searches that go through it.

    from analysis.learning.search.design import read_design

    design = read_design({"components": {"net": {"config": {"hidden": {"sweep": [32, 64]}}}}})
    proposals = design.proposals()                       # settings, with no sweep left
    computations = design.computations(proposals)        # settings x folds x seeds

An adaptive search is asked again with what became of its proposals: `design.proposals(trials)`. Everything follows from
the document and the trials alone. To add a search: one file with a dataclass like `grid.Grid`, one line in `shipped`.
"""
