"""Many studies at once are judged as one is."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.sequential.bounded_comparison import difference, mean_of
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.sequential.many_looks import Evidence, mean_refused, refused
from tests.proof import PROOF

STUDIES = 200 if PROOF else 12


@pytest.mark.parametrize("sizes", [(40, 40), (12, 60), (3, 3)])
@pytest.mark.parametrize("binary", [True, False])
def test_what_is_refused_is_outside_the_interval_of_one_study(sizes: tuple[int, int], binary: bool) -> None:
    rng = np.random.default_rng(140)
    values = [rng.beta(a, 2, (STUDIES, n)) for a, n in zip((1.0, 6.0), sizes, strict=True)]
    values = [(each > 0.5).astype(float) if binary else each for each in values]
    arms = [Evidence.of_values(each, np.ones(each.shape, bool)) for each in values]
    alone = [[BoundedEvidence.of(row) for row in each] for each in values]

    for gap in (0.0, 0.2, -0.1):
        found = [difference(*pair) for pair in zip(*alone, strict=True)]
        assert refused(*arms, gap=gap).tolist() == [not one.low <= gap <= one.high for one in found]
    assert mean_refused(arms[0], 0.5).tolist() == [not mean_of(one).holds(0.5) for one in alone[0]]


def test_counts_of_values_say_what_the_values_say() -> None:
    values = np.array([[0.0, 0.5, 0.5, 1.0]])
    one, same = (
        Evidence.of_values(values, values >= 0),
        Evidence.of_counts(np.array([[1.0, 2.0, 1.0]]), np.array([0, 0.5, 1])),
    )

    assert one.up == pytest.approx(same.up)
    assert one.down == pytest.approx(same.down)
    assert (one + same).part[0, 0] == 0.5


def test_an_arm_without_a_value_refuses_nothing() -> None:
    many = Evidence.of_counts(np.array([[0.0, 500.0]]), np.array([0.0, 1.0]))

    assert not refused(Evidence.start(1), many).any()
