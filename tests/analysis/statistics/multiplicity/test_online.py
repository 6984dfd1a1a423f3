"""Tests of a study's life: levels as published, the false share held with many under way, a state that lasts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.multiplicity.online import PROCEDURES, Stream
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
LEVEL = 0.1


def one_at_a_time(procedure: str, p_values: list[float]) -> Stream:
    stream = Stream(procedure, LEVEL)
    for place, p in enumerate(p_values):
        stream = stream.begin().decide(place, p)
    return stream


def test_levels_are_those_of_the_papers() -> None:
    """LORD++ by its formula, w = level / 2, discoveries at tests 1 and 3."""
    gamma = [np.log(max(j, 2)) / (j * np.exp(np.sqrt(np.log(j)))) for j in range(1, 5)]
    found = [test.level for test in one_at_a_time("lord", [1e-9, 0.9, 1e-9, 0.9]).tests]
    unit = found[0] / (LEVEL / 2 * gamma[0])
    half = LEVEL / 2
    want = [
        half * gamma[0],
        half * gamma[1] + half * gamma[0],
        half * gamma[2] + half * gamma[1],
        half * gamma[3] + half * gamma[2] + LEVEL * gamma[0],
    ]

    assert found == pytest.approx([unit * each for each in want])


def test_saffron_s_clock_stands_still_for_candidates() -> None:
    dull, lively = (one_at_a_time("saffron", [p] * 5).next_level for p in (0.9, 0.3))
    first = Stream("saffron", LEVEL).next_level

    assert lively == pytest.approx(first)
    assert dull == pytest.approx(first * 6**-1.6)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_all_levels_together_without_a_discovery_are_less_than_the_level(procedure: str) -> None:
    assert sum(test.level for test in one_at_a_time(procedure, [0.9] * 300).tests) < LEVEL


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("under_way", [1, 5])
def test_the_false_share_is_held_though_many_are_under_way(procedure: str, under_way: int) -> None:
    rng, times, m = np.random.default_rng(133), (600 if PROOF else 60), 60
    shares = []
    for _ in range(times):
        real = rng.random(m) < 0.3
        p = 2 * stats.norm.sf(np.abs(rng.normal(size=m) + 3.5 * real))
        stream = Stream(procedure, LEVEL)
        for place in range(m):
            stream = stream.begin()
            if place >= under_way - 1:
                stream = stream.decide(place - under_way + 1, float(p[place - under_way + 1]))
        claims = list(stream.discoveries)
        shares.append(float((~real[claims]).mean()) if claims else 0.0)

    assert np.mean(shares) <= LEVEL + 3 * np.std(shares) / np.sqrt(times)
    assert np.mean(shares) > 0 or not PROOF


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_discovery_earns_only_once_it_is_known(procedure: str) -> None:
    waiting = Stream(procedure, LEVEL).begin().begin()
    before = waiting.next_level

    assert waiting.decide(0, 1e-9).next_level > before


def test_a_state_comes_back_as_it_went() -> None:
    stream = one_at_a_time("saffron", [1e-9, 0.4]).begin()

    assert Stream.parse(json.loads(json.dumps(stream.as_json()))) == stream


def test_a_test_is_decided_once_and_only_if_it_began() -> None:
    stream = one_at_a_time("lord", [0.5])

    for number, p, said in ((0, 0.1, "has its answer"), (1, 0.1, "began"), (0, 2.0, "answer")):
        with pytest.raises(ValueError, match=said):
            stream.decide(number, p)
    with pytest.raises(ValueError, match="between 0 and 1"):
        stream.begin().decide(1, float("nan"))


@pytest.mark.parametrize("given", [{"procedure": "lord"}, {"procedure": "x", "level": 0.1, "tests": []}])
def test_what_is_no_state_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"level and a list|must be one of"):
        Stream.parse(given)  # type: ignore[arg-type]  # refused, that is the point
