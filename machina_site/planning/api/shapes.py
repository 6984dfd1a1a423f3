"""What is asked of a plan, and what is shown of it."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

SHARE: JsonObject = {"share": 0.045, "low": 0.024, "high": 0.083}
SUMS: JsonObject = {"runs": 200.0, "found": 9.0, "people": 25600.0}
FOUND: JsonObject = {
    "sentence": "128 people with a value, 358.40 USD: an effect of 7 on “score” is found with a chance of 80 %.",
    "remarks": ["Mean and spread are guesses: rehearse, or type what earlier studies say."],
    "measure": "score",
    "arms": ["plain", "vivid"],
    "values": 128,
    "values_of_control": 64,
    "power": 0.801,
    "effect": 7.0,
    "assurance": 0.669,
    "ceiling": 0.952,
    "inflation": 1.0,
    "design": "means",
    "methods": ["power"],
    "bill": {"values": 128, "people": 128, "total": 358.4, "days": 2.56, "hours": 21.3},
    "bought": {"values": 107, "power": 0.725, "effect": 7.69},
    "best_shares": None,
    "best_shares_factor": None,
    "curve": [[4, 0.07], [128, 0.801], [256, 0.976]],
    "wanted": {"effect": 7.0, "power": 0.8, "level": 0.05, "sd": 14.0},
    "currency": "USD",
    "measured": 0,
}
STEP: JsonObject = {
    "reason": "go on",
    "goes_on": True,
    "sentence": "Go on: the leading arm is best with a chance of 74.1 %.",
    "success": 0.41,
    "worth_of_batch": 0.31,
    "methods": ["information-gain", "predictive-probability"],
    "arms": [{"arm": "plain", "chance_best": 0.259, "information": 0.00391, "places": 10}],
}
PLAYED: JsonObject = {
    "runs": 200,
    "without_effect": {"found": SHARE, "people": 128.0, "cost": 358.4},
    "with_effect": {"found": {"share": 0.8, "low": 0.739, "high": 0.85}, "people": 128.0, "cost": 358.4},
    "sums": {"without": SUMS, "with": SUMS},
    "seed": 18,
    "piece": 0,
}


def _number(title: str) -> serializers.FloatField:
    return serializers.FloatField(required=False, help_text=f"{title}. Suggested if left out.")


def _whole(title: str, least: int = 0) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=least, help_text=f"{title}. Suggested if left out.")


class PlanQuery(Shape):
    """What may be moved."""

    effect = _number("How much better the best arm is, in the measure's own unit, above 0")
    power = _number("The chance to find it")
    level = _number("The error allowed")
    watch = serializers.ChoiceField(
        choices=["once", "obrien_fleming", "pocock", "anytime"], required=False, help_text="When one looks."
    )
    looks = _whole("Looks, if they are planned", 2)
    people = _whole("People with a value; 0: as many as it takes")
    drop_out = _number("Share of people who give no value")
    mean = _number("Mean under control")
    sd = _number("Standard deviation between people")
    correlation = _number("Correlation between a person's conditions")
    trials = _whole("Answers that are averaged for each person", 1)
    icc = _number("How alike one person's answers are")
    believed_sd = _number("How unsure the effect is: adds the assurance")
    budget = _number("What there is to spend")
    reward = _number("Reward for one person")
    bonus = _number("Bonus for one person, on average")
    fee = _number("The platform's fee, as a share")
    fixed = _number("Fixed costs")
    partial_pay = _number("Share of the reward for who gives no value")
    a_day = _number("People who come in a day")
    minutes = _number("Minutes that one takes")
    batch = _whole("People who come together, where a policy learns", 1)


class SimulationQuery(PlanQuery):
    """And how often it is played."""

    runs = serializers.IntegerField(required=False, default=200, min_value=1, max_value=2_000)
    seed = serializers.IntegerField(required=False, default=18, min_value=0, max_value=2**31)
    piece = serializers.IntegerField(required=False, default=0, min_value=0, max_value=1_000_000)


class PlannedBillShown(Shown):
    """Money and time."""

    values = serializers.IntegerField()
    people = serializers.IntegerField()
    total = serializers.FloatField()
    days = serializers.FloatField(allow_null=True)
    hours = serializers.FloatField()


class PlannedBoughtShown(Shown):
    """What a budget pays for."""

    values = serializers.IntegerField()
    power = serializers.FloatField()
    effect = serializers.FloatField(allow_null=True)


@example("A difference of seven points", FOUND)
class ExperimentPlanShown(Shown):
    """The plan."""

    sentence = serializers.CharField()
    remarks = serializers.ListField(child=serializers.CharField())
    measure = serializers.CharField()
    arms = serializers.ListField(child=serializers.CharField())
    values = serializers.IntegerField()
    values_of_control = serializers.IntegerField()
    power = serializers.FloatField()
    effect = serializers.FloatField()
    assurance = serializers.FloatField(allow_null=True)
    ceiling = serializers.FloatField(allow_null=True)
    inflation = serializers.FloatField()
    design = serializers.CharField()
    methods = serializers.ListField(child=serializers.CharField())
    bill = PlannedBillShown()
    bought = PlannedBoughtShown(allow_null=True)
    best_shares = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    best_shares_factor = serializers.FloatField(allow_null=True)
    curve = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    wanted = ObjectField()
    currency = serializers.CharField()
    measured = serializers.IntegerField()


@example("Two hundred studies of each kind", PLAYED)
class PlanSimulationShown(Shown):
    """What came of the runs."""

    runs = serializers.IntegerField()
    without_effect = ObjectField()
    with_effect = ObjectField()
    sums = ObjectField()
    seed = serializers.IntegerField()
    piece = serializers.IntegerField()


class NextQuery(PlanQuery):
    """And how many come next."""

    size = serializers.IntegerField(required=False, default=20, min_value=1, max_value=500)
    target = serializers.ChoiceField(
        choices=["best_arm", "compare_to_control", "estimate"], required=False, default="best_arm"
    )


class NextArmShown(Shown):
    """One arm."""

    arm = serializers.CharField()
    chance_best = serializers.FloatField()
    information = serializers.FloatField()
    places = serializers.IntegerField()


@example("Two arms are left in question", STEP)
class NextStepShown(Shown):
    """The next step."""

    reason = serializers.CharField()
    goes_on = serializers.BooleanField()
    sentence = serializers.CharField()
    success = serializers.FloatField(allow_null=True)
    worth_of_batch = serializers.FloatField()
    methods = serializers.ListField(child=serializers.CharField())
    arms = NextArmShown(many=True)
