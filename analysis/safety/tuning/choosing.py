"""Which choices are tried, one after the other, and which is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np

from analysis.safety.optimisers.cma_es import Cloud
from analysis.safety.tuning.places import Place
from analysis.safety.tuning.scales import Scale
from analysis.safety.tuning.section import Tuning, written_value
from analysis.safety.tuning.trying import Tried
from experiments.types import Json

Values = Mapping[str, Json]
Try = Callable[[Values], Tried]
FIRST_SPREAD: Final = 1.0  # of the cloud, in codes: most of the way between the ends


def every(tuning: Tuning, attempt: Try, *, rng: np.random.Generator) -> list[Tried]:
    """All that were tried, in their order: lists are gone through, numbers sought within each of their combinations."""
    listed = [place for place in tuning.places if place.scale is None]
    scaled = [(place, place.scale) for place in tuning.places if place.scale is not None]
    found: list[Tried] = []
    for combination in product(*(place.values for place in listed)):
        fixed = {place.path: value for place, value in zip(listed, combination, strict=True)}
        if not scaled:
            found.append(attempt(fixed))
        elif tuning.by == "cma_es":
            found += evolved(scaled, fixed, attempt, tuning.samples, rng)
        else:
            found += [attempt({**fixed, **values}) for values in _spread(scaled, tuning.samples, rng)]
    return found


def best(tries: Sequence[Tried]) -> Tried | None:
    """Of those that may pass as often as whoever passed most often, the one with the lowest objective.

    None if nothing passed anywhere: then there is nothing to choose by.
    """
    passing = [one for one in tries if one.passes]
    if not passing:
        return None
    most = min(passing, key=lambda one: one.rank)
    return min((one for one in passing if one.share >= most.low), key=lambda one: (one.objective, -one.share))


def evolved(
    scaled: Sequence[tuple[Place, Scale]], fixed: Values, attempt: Try, samples: int, rng: np.random.Generator
) -> list[Tried]:
    """By CMA-ES over the codes of the scales, the start first."""
    size = min(samples, max(4, 4 + int(3 * math.log(len(scaled)))))
    cloud = Cloud(np.array([scale.encode(_start(scale)) for _, scale in scaled]), FIRST_SPREAD, max(size, 4))
    found = [attempt({**fixed, **_decoded(scaled, cloud.mean)})]
    while len(found) + cloud.size <= samples:
        codes = cloud.drawn(rng)
        tries = [attempt({**fixed, **_decoded(scaled, code)}) for code in codes]
        found += tries
        cloud.move(codes[sorted(range(len(tries)), key=[one.rank for one in tries].__getitem__)])
    return found


def _spread(scaled: Sequence[tuple[Place, Scale]], samples: int, rng: np.random.Generator) -> Iterator[Values]:
    """The start, then evenly spread: each part of every range once."""
    yield {place.path: written_value(place, _start(scale)) for place, scale in scaled}
    rest = samples - 1
    shares = [(rng.permutation(rest) + rng.random(rest)) / max(rest, 1) for _ in scaled]
    for row in zip(*shares, strict=True):
        pairs = zip(scaled, row, strict=True)
        yield {place.path: written_value(place, scale.at(float(share))) for (place, scale), share in pairs}


def _decoded(scaled: Sequence[tuple[Place, Scale]], codes: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Values:
    pairs = zip(scaled, codes.tolist(), strict=True)
    return {place.path: written_value(place, scale.decode(code)) for (place, scale), code in pairs}


def _start(scale: Scale) -> float:
    return scale.at(0.5) if scale.start is None else scale.start
