"""A family's questions share its level by the procedure of the plan, in their p-values and in their intervals."""

from __future__ import annotations

import pytest
from scipy import stats

from analysis.registered.document import Contrast, ContrastKind, Correction, Edge, Family, Graph, Plan, Question, Role
from analysis.results.asking.asked import Said
from analysis.results.asking.families import adjusted, shared
from analysis.statistics.words import Estimate, Validity

EFFECTS = {"a": 3.2, "b": 2.2, "c": 0.3}


def question(name: str, role: Role = Role.PRIMARY) -> Question:
    return Question(name, "liking", role, Contrast(ContrastKind.ARM, arm=name, control="none"))


def ask(asked: Question, level: float) -> Said:
    """Normal with a standard error of 1; of `lost` nothing is known."""
    if asked.name not in EFFECTS:
        return Said(why_not="Nobody was measured.")
    value, wide = EFFECTS[asked.name], float(stats.norm.isf(level / 2))
    p = float(2 * stats.norm.sf(value))
    return Said(Estimate(value, value - wide, value + wide, level, 99, "z", Validity.FIXED, p))


def plan(correction: Correction, graph: Graph | None = None, *, names: tuple[str, ...] = ("a", "b", "c")) -> Plan:
    family = Family("main", names, correction, 0.05, graph)
    return Plan((*(question(name) for name in names), question("e", Role.EXPLORATORY)), (family,))


P = {name: float(2 * stats.norm.sf(value)) for name, value in EFFECTS.items()}


@pytest.mark.parametrize("correction", [one for one in Correction if one != Correction.GRAPH])
def test_every_correction_of_a_plan_adjusts_and_never_makes_a_p_value_smaller(correction: Correction) -> None:
    found = adjusted(plan(correction), P)

    assert all(found[name] >= P[name] for name in P)
    assert (found["a"] > P["a"]) == (correction != Correction.NONE)


def test_holm_is_sharper_than_bonferroni() -> None:
    holm, bonferroni = (adjusted(plan(one), P) for one in (Correction.HOLM, Correction.BONFERRONI))

    assert holm["b"] == pytest.approx(2 * P["b"])
    assert bonferroni["b"] == pytest.approx(3 * P["b"])


def test_a_graph_hands_the_level_on_along_its_arrows() -> None:
    gate = Graph({"a": 1.0}, (Edge("a", "b", 1.0), Edge("b", "c", 1.0)))

    assert adjusted(plan(Correction.GRAPH, gate), P) == pytest.approx(P)


def test_a_question_without_an_answer_counts_and_has_no_interval() -> None:
    asked = plan(Correction.HOLM, names=("a", "lost"))

    assert adjusted(asked, {"a": P["a"], "lost": None}) == pytest.approx({"a": 2 * P["a"], "lost": 1.0})
    assert shared(asked, ask)["lost"].why_not == "Nobody was measured."


@pytest.mark.parametrize("correction", list(Correction))
def test_intervals_beside_the_others_agree_with_what_is_claimed(correction: Correction) -> None:
    gate = Graph({"a": 0.5, "b": 0.5}, (Edge("a", "b", 1.0), Edge("b", "c", 1.0)))
    asked = plan(correction, gate if correction == Correction.GRAPH else None)
    p = adjusted(asked, P)

    for name, said in shared(asked, ask).items():
        if name in EFFECTS and said.estimate is not None:
            assert said.estimate.holds(0.0) or p[name] <= 0.05
            assert said.estimate.p_value == pytest.approx(p[name])


def test_exploring_shares_nothing() -> None:
    EFFECTS["e"] = 1.0
    found = shared(plan(Correction.HOLM), ask)["e"].estimate
    del EFFECTS["e"]

    assert found is not None
    assert found.level == 0.05
