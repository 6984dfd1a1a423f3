"""Whatever somebody sends is either read and proposes settings, or is refused with findings: it never breaks."""

from __future__ import annotations

from itertools import islice
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.learning.search.design import design_findings, read_design
from analysis.learning.search.shipped import SEARCHES
from analysis.learning.search.sweeps import DISTRIBUTIONS
from experiments.types import JsonObject

WORDS = [
    "sweep",
    "zip",
    "values",
    "range",
    "log_range",
    "random",
    "count",
    "when",
    "otherwise",
    "constant",
    "from",
    "to",
    "step",
    "uniform",
    "normal",
    "int",
    "mean",
    "sd",
    "kind",
    "samples",
    "exclusions",
    "factor",
    "least",
    "most",
    "resource",
    "scheme",
    "folds",
    "seed",
    "measure",
    "a",
    "b.c",
    "components",
    "config",
]
KINDS = sorted(SEARCHES.members)
LEAVES = st.none() | st.booleans() | st.integers(-3, 5) | st.floats(allow_nan=False, allow_infinity=False, width=16)
VALUES: st.SearchStrategy[object] = st.recursive(
    LEAVES | st.sampled_from([*KINDS, "kfold", "a", "", "b.c"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=12,
)
SWEEPS: st.SearchStrategy[object] = st.one_of(
    st.fixed_dictionaries({"sweep": st.lists(VALUES, max_size=3)}, optional={"when": VALUES, "otherwise": VALUES}),
    st.fixed_dictionaries({"range": st.dictionaries(st.sampled_from(["from", "to", "step"]), LEAVES)}),
    st.fixed_dictionaries({"random": st.dictionaries(st.sampled_from(sorted(DISTRIBUTIONS)), st.lists(LEAVES))}),
    st.fixed_dictionaries({"zip": st.sampled_from(["g", 1]), "values": st.lists(VALUES, max_size=2)}),
)
SEARCH: st.SearchStrategy[object] = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS)},
    optional=dict.fromkeys(["samples", "factor", "least", "most", "resource", "exclusions", "at_once"], VALUES),
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "search": SEARCH | VALUES,
        "procedure": st.sampled_from(["function", "pipeline"]),
        **dict.fromkeys(["x", "y"], SWEEPS | VALUES),
        **dict.fromkeys(["specification", "validation", "measure", "seed", "seeds", "epochs", "components"], VALUES),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_a_document_is_read_or_refused_with_findings(sent: object) -> None:
    document = cast(JsonObject, sent)
    findings = list(design_findings(document))

    assert all(sentence.endswith(".") for _, sentence, _ in findings)
    if not findings:
        design = read_design(document)
        proposals = list(islice(design.search.proposals(design.space, design.occasion), 20))
        assert all(one.epochs >= 1 for one in islice(design.computations(proposals), 40))
