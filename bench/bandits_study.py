"""The experiments that `make bench-bandits` asks: one that learns, 200 more of them, and one that hashes."""

from __future__ import annotations

from experiments.types import Json, JsonObject

MANY = 200
SLUGS = ["bench-learner", *(f"bench-learner-{n}" for n in range(MANY))]
FACTORS: Json = [{"name": "colour", "levels": ["plain", "vivid"]}]
MEASURES: Json = [{"name": "bought", "kind": "boolean", "role": "primary"}]
LEARNS: JsonObject = {"policy": "thompson_bernoulli", "reward_window_seconds": 86_400, "floor": 0.05}


def document() -> JsonObject:
    """A study file."""
    common: JsonObject = {"unit_kind": "visitor", "factors": FACTORS, "measures": MEASURES, "steps": []}
    learners: list[Json] = [{"slug": slug, "title": slug, "allocation": LEARNS, **common} for slug in SLUGS]
    hashed: JsonObject = {"slug": "bench-hashed", "title": "Hashed", "allocation": {"policy": "hash"}, **common}
    study: JsonObject = {"slug": "bench-bandits", "title": "Bench", "languages": ["en"]}
    return {"machina": 1, "study": study, "experiments": [*learners, hashed]}
