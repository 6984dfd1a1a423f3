"""Safety tests, requirements and re-tests, as the API shows and takes them."""

from __future__ import annotations

from rest_framework import serializers

from analysis.assurance.models import Requirement, Retest, SafetyTest
from analysis.assurance.services.requiring import LARGEST
from analysis.assurance.services.retesting import MOST_ROWS
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.storable import finite_or_text
from experiments.types import JsonObject

RESULT: JsonObject = {
    "text": "abs((PR | [M]) - (PR | [F])) <= 0.15",
    "normalised": "abs((PR | [M]) - (PR | [F]))-(0.15)",
    "delta": 0.05,
    "estimate": -0.0878,
    "upper": -0.0693,
    "n": 774,
    "methods": "betting",
    "is_exact": True,
    "passed": True,
    "reason": "",
    "readings": [{"quantity": "PR | [M]", "n": 774, "estimate": 0.78, "lower": 0.77, "upper": 0.79}],
}
TEST: JsonObject = {
    "id": "976e291d-4092-44b2-843b-ee4e628b127e",
    "run": "0b7b8f4e-7f3e-4a39-8f0e-5b3c9d0f6a51",
    "batch": "fair-release",
    "experiment": "fair-release",
    "passed": True,
    "standing": "stands",
    "reason": "",
    "withdrawn_for": "",
    "regime": "binary_classification",
    "mode": "default",
    "overall_delta": None,
    "data_sha256": "56af80ad38a6e023" + "0" * 48,
    "model_sha256": "250aa568d811470b" + "0" * 48,
    "safety_set": "45deb6f2a91f164d" + "0" * 48,
    "n_safety": 3136,
    "candidate": 1,
    "candidates": 2,
    "created_at": "2026-11-22T08:37:40Z",
    "results": [RESULT],
}


class FigureField(JsonField):
    """A number; a text where there is none: JSON has no word for what is not finite."""

    def to_representation(self, value: object) -> float | str:  # type: ignore[override]  # of this JSON only these
        """Finite, or “inf” or “nan”."""
        return finite_or_text(float(str(value)))


class ResultShown(Shown):
    """What was found of one constraint: g <= 0 is wanted with probability 1 - delta, `upper` bounds g."""

    text = serializers.CharField()
    normalised = serializers.CharField(help_text="Everything on one side: by this a gate finds it.")
    delta = serializers.FloatField()
    estimate = FigureField(help_text="Of g, on the safety set; “nan” if there is none.")
    upper = FigureField(help_text="Of g; “inf” where nothing can be said.")
    n = serializers.IntegerField(help_text="Rows of its smallest quantity.")
    methods = serializers.CharField(help_text="The bounds that were used.")
    is_exact = serializers.BooleanField(help_text="Whether each bound is a theorem for the declared ranges.")
    passed = serializers.BooleanField()
    reason = serializers.CharField()
    readings = JsonField(help_text="Every quantity: rows, estimate, interval, delta spent, bound.")


@example("passed", TEST, response_only=True)
class TestShown(Shown):
    """The outcome of a training under constraints. A model may go live only while `passed` and `standing` is stands."""

    __test__ = False

    id = serializers.UUIDField(source="uuid")
    run = serializers.UUIDField(source="run.uuid")
    batch = serializers.CharField(source="run.batch.slug")
    experiment = serializers.CharField(source="run.batch.experiment.slug")
    passed = serializers.BooleanField(help_text="False: No Solution Found, for that reason.")
    standing = serializers.ChoiceField(choices=SafetyTest.Standing.choices)
    reason = serializers.CharField()
    withdrawn_for = serializers.CharField()
    regime = serializers.CharField()
    mode = serializers.CharField()
    overall_delta = serializers.FloatField(allow_null=True)
    data_sha256 = serializers.CharField()
    model_sha256 = serializers.CharField(help_text="Of the model's file; empty unless it passed.")
    safety_set = serializers.CharField(source="safety_set.sha256", default=None, allow_null=True)
    n_safety = serializers.IntegerField(source="safety_set.n", default=None, allow_null=True)
    candidate = serializers.IntegerField(source="uses", help_text="Which candidate of its safety set it was.")
    candidates = serializers.IntegerField(
        source="safety_set.n_uses", default=0, help_text="How many that set has seen by now, of all studies."
    )
    created_at = serializers.DateTimeField()
    results = ResultShown(many=True)


class TestsQuery(serializers.Serializer[object]):
    """What narrows the list."""

    __test__ = False

    batch = serializers.CharField(required=False, default="", max_length=100)
    passed = serializers.BooleanField(required=False, allow_null=True, default=None)
    data_sha256 = serializers.CharField(required=False, default="", max_length=64, help_text="Of the data.")


@example("because", {"because": "The labels were wrong."}, request_only=True)
class BecauseSent(Shape):
    """Why."""

    because = serializers.CharField(max_length=400, min_length=1)


@example("pin", {"experiment": "loans-live", "arm": "fair"}, request_only=True)
class ServeSent(Shape):
    """Which arm is to serve the model."""

    experiment = serializers.CharField(max_length=60)
    arm = serializers.CharField(max_length=120)


@example("arm", {"experiment": "loans-live", "arm": "fair", "payload": {"model": {"run": "…", "sha256": "…"}}})
class ServedShown(Shown):
    """The arm as it stands now; newcomers get it once the experiment is published, through the gate."""

    experiment = serializers.CharField(source="experiment.slug")
    arm = serializers.CharField(source="name")
    payload = ObjectField()


CONSTRAINT: JsonObject = {
    "text": "abs((PR | [M]) - (PR | [F])) <= 0.15",
    "delta": 0.05,
    "regime": "binary_classification",
    "meaning": {
        "groups": {"M": {"column": "sex", "equals": "Male"}, "F": {"column": "sex", "equals": "Female"}},
    },
    "exact": True,
}


class RequirementSent(Shape):
    """A constraint that every model must have passed, with that delta or a smaller one."""

    text = serializers.CharField(max_length=2_000)
    delta = serializers.FloatField(required=False, default=0.05, max_value=LARGEST, help_text="Above 0.")
    regime = serializers.CharField(required=False, default="binary_classification", max_length=40)
    meaning = ObjectField(
        required=False,
        help_text="What its words stand for: {label, classes, groups: {M: {column: sex, equals: Male}}}. "
        "Groups that are left out: as in the newest test of the study that passed it.",
    )
    exact = serializers.BooleanField(required=False, default=True, help_text="Approximate bounds do not do.")


@example("required", {"constraints": [CONSTRAINT]}, request_only=True)
class RequirementsSent(Shape):
    """All of them: what is left out is required no more."""

    constraints = RequirementSent(many=True)


class RequirementShown(Shown):
    """One of them."""

    text = serializers.CharField()
    normalised = serializers.CharField()
    delta = serializers.FloatField()
    regime = serializers.CharField()
    meaning = JsonField(help_text="What its words stand for: label, classes, who each of its groups is.")
    exact = serializers.BooleanField()


@example("required", {"constraints": [{**CONSTRAINT, "normalised": "abs((PR | [M]) - (PR | [F]))-(0.15)"}]})
class RequirementsShown(Shown):
    """What is required of every model that the experiment's arms serve."""

    constraints = RequirementShown(many=True)

    @classmethod
    def of(cls, rows: list[Requirement]) -> dict[str, object]:
        """As JSON."""
        return {"constraints": RequirementShown.many_of(rows)}


@example("rows", {"rows": [{"age": 31, "sex": "female", "granted": "yes"}]}, request_only=True)
class RowsSent(Shape):
    """New rows with the columns that the training's data had, label and groups included, in the order they came."""

    rows = serializers.ListField(child=ObjectField(), required=False, default=list, max_length=MOST_ROWS)
    collect = serializers.BooleanField(
        required=False, default=False, help_text="Instead of rows: of a policy, the decisions that are settled since."
    )


LOOK: JsonObject = {
    "number": 3,
    "n": 900,
    "has_drifted": False,
    "constraints": [{"text": "PR <= 0.5", "n": 900, "lower": -0.1, "upper": 0.02, "holds": False, "broken": False}],
    "standing": "stands",
    "at": "2026-11-22T09:00:00Z",
}


@example("look", LOOK, response_only=True)
class RetestShown(Shown):
    """A look at all new rows so far. has_drifted: a constraint is proven broken, with an error of at most its delta."""

    number = serializers.IntegerField()
    n = serializers.IntegerField(help_text="New rows so far.")
    has_drifted = serializers.BooleanField()
    constraints = JsonField(help_text="Of each: between what g is by now, and whether it holds or is broken.")
    standing = serializers.SerializerMethodField(help_text="Of the safety test, now.")
    at = serializers.DateTimeField()

    def get_standing(self, row: Retest) -> str:
        """After this look."""
        return SafetyTest.objects.values_list("standing", flat=True).get(pk=row.test_id)


@example(
    "rehearsal",
    {
        "settings": [
            {
                "title": "arrests",
                "rows": 5226,
                "n_candidate": 2090,
                "n_safety": 3136,
                "could_pass": True,
                "constraints": [{"text": "FPR <= 0.9", "delta": 0.05, "quantities": [{"quantity": "FPR", "n": 535}]}],
            }
        ]
    },
    response_only=True,
)
class RehearsalShown(Shown):
    """For each setting of the document: how the rows would be divided, and whether these could suffice."""

    settings: serializers.ListField = serializers.ListField(child=ObjectField())
