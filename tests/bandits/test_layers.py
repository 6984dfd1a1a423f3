"""Experiments of one layer never meet; different layers know nothing of each other."""

from collections import Counter

import pytest
from scipy.stats import chi2_contingency, chisquare

from bandits.policies import PolicyError
from bandits.policies.layers import Claim, Layer, slot_of

UNITS = [f"user-{i}" for i in range(50_000)]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (5, 4), (-1, 4), (0, 10_001)])
def test_a_claim_must_lie_in_the_layer(start: int, stop: int) -> None:
    with pytest.raises(PolicyError, match=r"layers\.checkout\.prices must be a part of the slots 0 to 10000"):
        Layer("checkout", (Claim("prices", start, stop),))


def test_overlapping_claims_are_refused_by_name_and_slot() -> None:
    with pytest.raises(PolicyError, match="colours and prices both claim slot 4999 of checkout"):
        Layer("checkout", (Claim("prices", 4_999, 10_000), Claim("colours", 0, 5_000)))


def test_claims_may_touch_and_every_unit_has_one_owner() -> None:
    layer = Layer("checkout", (Claim("prices", 5_000, 9_000), Claim("colours", 0, 5_000)))
    counted = Counter(map(layer.owner_of, UNITS))

    assert chisquare([counted["colours"], counted["prices"], counted[None]], [25_000, 20_000, 5_000]).pvalue > 1e-5


def test_a_new_experiment_takes_free_slots_and_moves_nobody() -> None:
    before = Layer("checkout", (Claim("prices", 100, 4_000), Claim("colours", 6_000, 7_000)))
    after = before.with_share("copy", 0.3)

    assert sum(claim.stop - claim.start for claim in after.claims if claim.experiment == "copy") == 3_000
    for unit in UNITS[:5_000]:
        assert before.owner_of(unit) in {None, after.owner_of(unit)}


def test_more_than_is_free_is_refused() -> None:
    with pytest.raises(PolicyError, match="from 1 to the 4000 free slots, not 5000"):
        Layer("checkout", (Claim("prices", 0, 6_000),)).with_share("colours", 0.5)


def test_slots_are_uniform_and_independent_between_layers() -> None:
    table = Counter((slot_of("one", unit) // 1_000, slot_of("two", unit) // 1_000) for unit in UNITS)
    rows = [[table[i, j] for j in range(10)] for i in range(10)]

    assert chi2_contingency(rows).pvalue > 1e-5
    assert chisquare([sum(row) for row in rows]).pvalue > 1e-5
    hundredths = Counter(slot_of("one", unit) // 100 for unit in UNITS)
    assert chisquare([hundredths[i] for i in range(100)]).pvalue > 1e-5


def test_a_slot_is_the_same_for_ever() -> None:
    assert slot_of("checkout", "u1") == 187
