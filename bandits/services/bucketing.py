"""Buckets: the arm of a hash experiment, by arithmetic alone. What was shown is noted, and stored a moment later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from bandits.audiences import audience_of
from bandits.errors import NotOpen
from bandits.policies import parse_allocation
from bandits.policies.arms import ArmWeight
from bandits.policies.audience import Audience
from bandits.policies.hash import Hash, HashTable
from bandits.services.exposures import EXPOSURES, Exposure
from experiments.blueprint import Blueprint
from experiments.errors import Conflict
from experiments.models import Arm, Experiment
from experiments.published import blueprint_of
from experiments.types import JsonObject


@dataclass(frozen=True)
class Buckets:
    """A version's hash policy, with the arms that it hands out."""

    version_id: int
    table: HashTable
    blueprint: Blueprint
    arm_ids: Mapping[str, int]
    audience: Audience | None

    def arm(self, key: str, attributes: JsonObject) -> str | None:
        """Of the unit with that key; None if policy or audience leave it out, or the hashed attribute is missing."""
        if self.audience is not None and not self.audience.verdict(key, attributes).is_inside:
            return None
        attribute = self.table.policy.attribute
        return self.table.arm(str(attributes.get(attribute, "")) if attribute else key)

    def shown(self, arm: str | None) -> dict[str, object]:
        """The answer for everybody in that bucket."""
        spec = self.blueprint.arms.get(arm or "")
        return {
            "arm": arm,
            "levels": spec.levels if spec else {},
            "payload": spec.payload if spec else {},
            "propensity": self.table.propensities[arm] if arm else None,
        }

    @cached_property
    def answers(self) -> dict[str | None, bytes]:
        """Room for what a door has made of `shown`: there are only as many answers as arms."""
        return {}


def bucket_unit(
    experiment: Experiment, key: str, attributes: JsonObject, *, now: datetime
) -> tuple[Buckets, str | None]:
    """The unit's arm, with what it was looked up in; None if policy or audience leave it out. Refuses as `buckets_of`.

    Nothing waits for the database. That the unit saw the arm is stored a moment later, once, as its assignment.
    """
    buckets = buckets_of(experiment)
    arm = buckets.arm(key, attributes)
    if arm is not None and EXPOSURES.note(experiment.pk, experiment.is_rehearsal, key):
        chance, arm_id = buckets.table.propensities[arm], buckets.arm_ids[arm]
        version = buckets.version_id
        EXPOSURES.add(Exposure(experiment.pk, experiment.is_rehearsal, key, version, arm_id, chance, now))
    return buckets, arm


def buckets_of(experiment: Experiment) -> Buckets:
    """How the experiment's visitors are divided.

    NotOpen if it lets nobody in. Conflict if more than a hash decides: another policy, a quota, a group of
    experiments that exclude each other.
    """
    version_id = experiment.version_id
    if not experiment.is_open or version_id is None:
        raise NotOpen.because_of(experiment)
    return _buckets(version_id, experiment.pk)


@lru_cache(maxsize=1024)
def _buckets(version_id: int, experiment_id: int) -> Buckets:
    blueprint = blueprint_of(version_id)
    policy = parse_allocation(blueprint.allocation) if blueprint.allocation.get("policy") == "hash" else None
    has_quota = any(arm.quota is not None for arm in blueprint.arms.values())
    experiment = Experiment.objects.get(pk=experiment_id)
    if not isinstance(policy, Hash) or has_quota or experiment.exclusion_group or experiment.unit_kind == "participant":
        raise Conflict(
            "Only a hash of a visitor is a bucket; here people, another policy, quotas or an exclusion group decide.",
            hint="Ask for an assignment, or for a decision.",
        )
    arms = [ArmWeight(arm.name, arm.weight) for arm in blueprint.arms.values() if arm.is_enabled]
    ids = dict(Arm.objects.filter(experiment_id=experiment_id).values_list("name", "pk"))
    return Buckets(version_id, policy.table(arms, seed=blueprint.seed), blueprint, ids, audience_of(version_id))
