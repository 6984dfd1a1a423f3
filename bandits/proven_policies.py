"""The gate of policies: an allocation by `trained` goes live only with weights, features and arms that were tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from analysis.assurance.errors import NotProven
from analysis.assurance.served import served_by
from analysis.assurance.services.gating import vouching_test
from bandits.policies.adaptive.trained import Trained
from experiments.models import Experiment
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.assurance.models import SafetyTest

SLACK: Final = 1e-9
"""Weights come back from JSON as they were, but for what a hand may have rounded away: less than this moves nothing."""
BENT: Final = ("floor", "control_share", "burn_in")


def policies_are_proven(experiment: Experiment, definition: JsonObject) -> None:
    """NotProven for an allocation by a trained policy that is not the one that was tested."""
    allocation = definition.get("allocation")
    if not isinstance(allocation, Mapping) or allocation.get("policy") != Trained.name:
        return
    problems = tuple(_problems(experiment, definition, allocation))
    if problems:
        raise NotProven(
            f"Not proven: {problems[0]}",
            hint="Take the allocation from the page of a passed safety test, as it is.",
            problems=problems,
        )


def _problems(experiment: Experiment, definition: JsonObject, allocation: Mapping[str, Json]) -> Iterator[str]:
    pins = [one for one in served_by(definition) if one.is_policy]
    if not pins:
        yield "The allocation says not by which training its weights were found (proof)."
        return
    test = None if pins[0].fault else vouching_test(experiment, pins[0])
    if test is None:
        return  # the gate of models says why
    yield from _differences(_proven(test), definition, allocation)


def _differences(proven: JsonObject | None, definition: JsonObject, allocation: Mapping[str, Json]) -> Iterator[str]:
    if proven is None:
        yield "What was trained there is no policy with weights for arms (model: linear_softmax, data: decisions)."
        return
    for name in BENT:
        if allocation.get(name):
            yield f"“{name}” bends the chances that were tested: leave it out."
    if list(cast("Sequence[Json]", allocation.get("features") or ())) != proven["features"]:
        yield "Its features are not those that the policy was tested with."
    weights = cast("Mapping[str, Sequence[float]]", proven["weights"])
    if not _same(allocation.get("weights"), weights):
        yield "Its weights are not those that were tested."
    arms = {str(arm.get("name")) for arm in cast("Sequence[JsonObject]", definition.get("arms") or ()) if _is_open(arm)}
    if arms != set(weights):
        yield f"Its open arms are {_listed(arms)}; the policy was tested with {_listed(weights)}."


def _proven(test: SafetyTest) -> JsonObject | None:
    """Weights by arm and features, from the kept file itself; None if it holds no such policy."""
    from analysis.learning.states import read_state
    from analysis.runs import store
    from analysis.runs.errors import Spoiled
    from analysis.runs.models import Artifact
    from analysis.runs.services.keeping import kept_of
    from analysis.safety.reinforcement.serving import allocation_in

    artifact = Artifact.objects.filter(run=test.run_id, sha256=test.model_sha256).first()
    try:
        return None if artifact is None else allocation_in(read_state(store.content(kept_of(artifact))))
    except (Spoiled, ValueError):
        return None


def _same(written: Json, weights: Mapping[str, Sequence[float]]) -> bool:
    if not isinstance(written, Mapping) or set(written) != set(weights):
        return False
    pairs = ((written[arm], weights[arm]) for arm in weights)
    return all(isinstance(one, list | tuple) and _near(one, other) for one, other in pairs)


def _near(written: Sequence[Json], weights: Sequence[float]) -> bool:
    return len(written) == len(weights) and all(
        isinstance(one, int | float) and abs(one - other) <= SLACK * max(1.0, abs(other))
        for one, other in zip(written, weights, strict=True)
    )


def _is_open(arm: JsonObject) -> bool:
    return bool(arm.get("is_enabled", True)) and bool(arm.get("weight", 1))


def _listed(names: object) -> str:
    return ", ".join(sorted(cast("Sequence[str]", names))) or "none"
