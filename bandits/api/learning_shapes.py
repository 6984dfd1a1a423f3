"""The shape of the learning panel."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api import examples
from experiments.api.shapes import Shown, example
from experiments.types import JsonObject


def _number(text: str = "") -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=text)


class RangeShown(Shown):
    """An estimate and its bounds; null where there is no bound."""

    value = serializers.FloatField()
    low = _number()
    high = _number()


class ArmLearnt(Shown):
    """What is known of an arm. own and weighted hold at every look, for all arms at once with 95 %."""

    name = serializers.CharField()
    is_control = serializers.BooleanField()
    is_open = serializers.BooleanField()
    decisions = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of all decisions.")
    chance = _number("Under the newest state; null if it depends on who comes.")
    learnt = serializers.FloatField(help_text="How many rewards the policy goes by; fewer if it forgets.")
    mean = _number("Of those.")
    posterior = RangeShown(allow_null=True, help_text="What the policy believes now, central 95 %.")
    own = RangeShown(allow_null=True, help_text="From its own settled rewards; null if the policy looks at units.")
    weighted = RangeShown(allow_null=True, help_text="From all settled decisions, by their stored chances.")
    settled = serializers.IntegerField(help_text="Its settled decisions with a reward.")
    chance_best = _number("The posterior chance that its mean is the largest: an integral, not a simulation.")
    loss = _number("Expected, for each unit, of keeping to this arm: E[largest mean - its own].")
    chances = serializers.ListField(
        child=serializers.IntegerField(), help_text="Its stored propensities: how many in each twentieth from 0 to 1."
    )
    least_chance = _number("The least of its stored propensities; null if it was never chosen.")
    most_chance = _number("The greatest of them.")


class RewardsSeenShown(Shown):
    """Where the rewards are."""

    sent = serializers.IntegerField()
    defaulted = serializers.IntegerField()
    pending = serializers.IntegerField(help_text="Not there, and not overdue.")
    missing = serializers.IntegerField(help_text="Overdue, and no default is declared.")
    excluded = serializers.IntegerField(help_text="Of decisions that nothing is learnt from.")
    unfolded = serializers.IntegerField(help_text="There, and not learnt yet; at most 10,000 are counted.")
    lag = serializers.FloatField(help_text="Seconds that the oldest of those has waited.")
    median = _number("Seconds within which half of those that were sent came.")
    slow = _number("Seconds within which nine tenths came.")


class RegretShown(Shown):
    """What was lost against the best arm in all decisions so far; bounds for any means inside the arms' intervals."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = _number()
    best = serializers.CharField(allow_null=True, help_text="The arm in front.")
    decisions = serializers.IntegerField()


class PeriodShown(Shown):
    """Decisions of `width` seconds from `at` on."""

    at = serializers.DateTimeField()
    decisions = serializers.DictField(child=serializers.IntegerField(), help_text="By arm.")


class StateShown(Shown):
    """One of the newest states."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    folded = serializers.IntegerField(help_text="How many rewards it added.")
    note = serializers.CharField(help_text="halted, rebuilt, thinned (its chances are not kept), or how far a ramp is.")
    chances = serializers.DictField(
        child=serializers.FloatField(), allow_null=True, help_text="By arm; null if they depend on who comes."
    )


class SegmentShown(Shown):
    """An arm among the units with one value of the context key; beyond twenty values the rest is `…`."""

    value = serializers.CharField()
    arm = serializers.CharField()
    decisions = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of the segment's decisions.")
    settled = serializers.IntegerField()
    mean = _number()
    low = _number("Holds at every look, for this one alone with 95 %.")
    high = _number()


RANGE: JsonObject = {"value": 0.21, "low": 0.14, "high": 0.29}
ARM: JsonObject = {
    "name": "vivid",
    "is_control": False,
    "is_open": True,
    "decisions": 412,
    "share": 0.82,
    "chance": 0.97,
    "learnt": 390,
    "mean": 0.21,
    "posterior": {"value": 0.21, "low": 0.17, "high": 0.25},
    "own": RANGE,
    "weighted": {"value": 0.2, "low": 0.08, "high": 0.37},
    "settled": 390,
    "chance_best": 0.97,
    "loss": 0.0004,
    "chances": [0] * 10 + [61, 0, 0, 0, 0, 0, 0, 0, 102, 249],
    "least_chance": 0.5,
    "most_chance": 0.97,
}
LEARNING: JsonObject = {
    "policy": "thompson_bernoulli",
    "is_contextual": False,
    "reward": "bought",
    "is_rate": True,
    "low": 0,
    "high": 1,
    "is_rehearsal": False,
    "at": examples.AT,
    "since": examples.AT,
    "decisions": 502,
    "newer": 3,
    "settled": 470,
    "state": 41,
    "halted": False,
    "ramp": None,
    "arms": [ARM],
    "rewards": {
        "sent": 120,
        "defaulted": 350,
        "pending": 32,
        "missing": 0,
        "excluded": 0,
        "unfolded": 2,
        "lag": 1.4,
        "median": 5,
        "slow": 60,
    },
    "regret": {"value": 6.3, "low": 0, "high": 31.2, "best": "vivid", "decisions": 502},
    "width": 60,
    "periods": [{"at": examples.AT, "decisions": {"vivid": 20, "plain": 4}}],
    "states": [{"number": 41, "at": examples.AT, "folded": 5, "note": "", "chances": {"vivid": 0.97, "plain": 0.03}}],
    "segment_keys": ["page"],
    "segment_key": "page",
    "segments": [
        {
            "value": "menu",
            "arm": "vivid",
            "decisions": 300,
            "share": 0.8,
            "settled": 280,
            "mean": 0.22,
            "low": 0.15,
            "high": 0.3,
        }
    ],
}


@example("a running experiment", LEARNING, response_only=True)
class LearningShown(Shown):
    """Counted up to `at`; `newer` decisions came since. Means are of the reward, between `low` and `high`."""

    policy = serializers.CharField()
    is_contextual = serializers.BooleanField(help_text="Whether the policy looks at each unit.")
    reward = serializers.CharField()
    is_rate = serializers.BooleanField(help_text="Whether the reward is yes or no.")
    low = _number()
    high = _number()
    is_rehearsal = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    decisions = serializers.IntegerField()
    newer = serializers.IntegerField(help_text="At most 10,000 are counted.")
    settled = serializers.IntegerField(help_text="From the first on, those of which nothing more can come.")
    state = serializers.IntegerField(help_text="The number of the newest state.")
    halted = serializers.BooleanField()
    ramp = _number("While another policy is ramped out: the share that this one decides.")
    arms = ArmLearnt(many=True)
    rewards = RewardsSeenShown()
    regret = RegretShown()
    width = serializers.IntegerField()
    periods = PeriodShown(many=True)
    states = StateShown(many=True)
    segment_keys = serializers.ListField(child=serializers.CharField())
    segment_key = serializers.CharField(allow_null=True)
    segments = SegmentShown(many=True)
