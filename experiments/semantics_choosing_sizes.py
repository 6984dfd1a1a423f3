"""Rules for the size of numbers that a block computes with: beyond them a belief would be rounded to nonsense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.problems import Path
from experiments.semantics_words import Finding, mapping
from experiments.stimulus_levels import MOST
from experiments.types import Json, JsonObject

LEAST = 1 / MOST
MOST_COUNT = 1_000_000
LEAST_COUNT = 0.01
PRIOR_SD = 2.5  # where none is written
MOST_LOGITS = 1e4  # prior_sd times the largest attribute
MOST_RATIO = 1e6  # the same over noise_sd


def size_problems(choose: JsonObject, pool: Sequence[JsonObject], path: Path) -> Iterator[Finding]:
    """Of the attributes that are computed with, and of the model's own numbers."""
    yield from _attributes(choose, pool, path)
    yield from _counts(mapping(choose.get("model")), (*path, "model"))
    yield from _spread(mapping(choose.get("model")), pool, (*path, "model"))


def _attributes(choose: JsonObject, pool: Sequence[JsonObject], path: Path) -> Iterator[Finding]:
    model, stairs = mapping(choose.get("model")), mapping(choose.get("staircase"))
    named: list[tuple[Path, Json]] = [(("model", "x"), model.get("x")), (("staircase", "x"), stairs.get("x"))]
    named += [(("model", "features", index), name) for index, name in enumerate(_features(model))]
    for place, name in [*named, (("cost",), choose.get("cost"))]:
        if _largest(pool, name) > MOST:
            hint = "Write it in a larger unit."
            yield (*path, *place), f"“{name}” goes beyond {MOST:,.0f}: no model takes numbers of that size.", hint
    costs = [_size(item, choose.get("cost")) for item in pool] if choose.get("cost") else []
    if any(0 < cost < LEAST for cost in costs):
        yield (*path, "cost"), f"A cost is below {LEAST:g}.", "Write it in a smaller unit."


def _counts(model: JsonObject, path: Path) -> Iterator[Finding]:
    for key in ("a", "b"):
        if not LEAST_COUNT <= (_number(model.get(key)) or 1.0) <= MOST_COUNT:
            yield (*path, key), f"{key} must be from {LEAST_COUNT} to {MOST_COUNT:,}.", "1 is an even prior."


def _spread(model: JsonObject, pool: Sequence[JsonObject], path: Path) -> Iterator[Finding]:
    """A prior so wide that rounding eats the answers."""
    kind = model.get("kind")
    if kind not in ("logistic", "normal"):
        return
    wide = (_number(model.get("prior_sd")) or PRIOR_SD) * max(
        [1.0, *(_largest(pool, each) for each in _features(model))]
    )
    noise = (_number(model.get("noise_sd")) or 1.0) if kind == "normal" else 1.0
    if wide / noise > (MOST_RATIO if kind == "normal" else MOST_LOGITS):
        sentence = f"prior_sd times the largest attribute is {wide:g}: answers so far apart are not meant."
        yield path, sentence, "Write the attributes in larger units, so that they are of about unit size."


def _features(model: JsonObject) -> list[Json]:
    features = model.get("features")
    return features if isinstance(features, list) else []


def _largest(pool: Sequence[JsonObject], name: Json) -> float:
    return max((_size(item, name) for item in pool), default=0.0) if isinstance(name, str) else 0.0


def _size(item: JsonObject, name: Json) -> float:
    return abs(_number(item.get(str(name))) or 0.0)


def _number(value: Json) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]  # asked
