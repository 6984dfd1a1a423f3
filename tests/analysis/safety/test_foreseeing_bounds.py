"""What candidate selection foresees of a bound is near what it comes to: neither wasteful nor hopeful."""

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS, Betting
from analysis.safety.terms import Array, Evidence
from bench.hard_values import Draw, bernoulli, confident

KINDS: dict[str, Draw] = {
    "rare": bernoulli(0.05),
    "a third": bernoulli(0.3),
    "a sure classifier": confident,
    "even": lambda rng, n: rng.random(n),
    "narrow": lambda rng, n: rng.beta(50, 50, n),
}


def drawn(kind: str, n: int) -> list[Array]:
    rng = np.random.default_rng(3)
    return [KINDS[kind](rng, n) for _ in range(12)]


@pytest.mark.parametrize("delta", [0.05, 0.0025])
@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("name", ["betting", "predictable_bernstein", "maurer_pontil", "student_t"])
def test_without_reserve_it_foresees_the_width_of_the_bound(name: str, kind: str, n: int, delta: float) -> None:
    bound, foreseen, come_to = BOUNDS.parse(name), 0.0, 0.0
    for values in drawn(kind, n):
        evidence = Evidence(values, 0.0, 1.0)
        seen = bound.foresee(evidence, side="upper", delta=delta, size=n, inflation=1.0).bound
        foreseen += min(seen, 1.0) - float(values.mean())
        come_to += bound.upper(evidence, delta=delta) - float(values.mean())

    assert foreseen == pytest.approx(come_to, rel=0.3)


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [10, 1000, 1_000_000])
def test_of_equal_values_it_foresees_a_bound_on_the_right_side_and_inside_the_range(
    side: str, level: float, n: int
) -> None:
    found = (
        Betting().foresee(Evidence(np.full(50, level), 0.0, 1.0), side=side, delta=0.05, size=n, inflation=1.0).bound
    )

    assert 0.0 <= found <= 1.0
    assert found >= level if side == "upper" else found <= level
