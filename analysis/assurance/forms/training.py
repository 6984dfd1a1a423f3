"""A training under constraints, filled in by hand: the form makes the document that everybody else writes as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.forms import BaseFormSet, formset_factory

from analysis.assurance.forms.groups import groups_in
from analysis.assurance.forms.requiring import MOST, ConstraintForm
from analysis.runs.local.ordering import slug_of
from experiments.errors import BadValue
from experiments.models import Study
from experiments.types import Json, JsonObject

FILES: Final = ("csv", "json_lines", "parquet")
DATA: Final = (
    (
        "Files below the folders for data",
        (("csv", "CSV, names of columns in its first line"), ("json_lines", "JSON lines"), ("parquet", "Parquet")),
    ),
    (
        "Sets that come with the house",
        (
            ("arrests", "Arrests in Toronto: who was released?"),
            ("breast_cancer", "Breast cancer: malignant or benign?"),
            ("diabetes", "Diabetes: how far after a year?"),
            ("wine", "Wines of three growers"),
            ("made_up", "Made up: two groups that differ"),
        ),
    ),
)
MODELS: Final = (
    ("logistic", "Logistic regression"),
    ("linear", "Linear regression"),
    ("squashed_linear", "Linear, squashed into a range"),
    ("multiclass_logistic", "Logistic regression with several classes"),
    ("tree", "Decision tree with tuned leaves"),
    ("forest", "Random forest with tuned leaves"),
)
REGIMES: Final = (
    ("binary_classification", "Yes or no"),
    ("multiclass_classification", "One of several classes"),
    ("regression", "A number"),
)
BOUNDS: Final = (
    ("auto", "auto: the tightest exact one"),
    ("betting", "Betting"),
    ("clopper_pearson", "Clopper-Pearson (yes or no)"),
    ("hoeffding", "Hoeffding"),
    ("maurer_pontil", "Maurer-Pontil"),
    ("predictable_bernstein", "Empirical Bernstein"),
    ("dkw", "DKW / Anderson"),
    ("student_t", "Student t (approximate)"),
    ("bootstrap", "Bootstrap (approximate)"),
)
OPTIMISERS: Final = (
    ("auto", "By the size of the model"),
    ("sqp", "Sequential quadratic programming"),
    ("augmented_lagrangian", "Augmented Lagrangian"),
    ("adam", "Adam on the Lagrangian"),
)
REUSE: Final = (
    ("count", "Count it and say so"),
    ("refuse", "Refuse: one candidate alone"),
    ("spend", "Spend less delta on each, so that all hold together"),
)
CODE: Final = {"class": "is-code", "spellcheck": "false", "autocomplete": "off"}


class TrainingForm(forms.Form):
    """Everything but the constraints, which are rows of their own."""

    study = forms.ModelChoiceField(queryset=Study.objects.none(), label="Study", to_field_name="slug")
    title = forms.CharField(label="Name", max_length=100, widget=forms.TextInput(attrs={"placeholder": "Fair loans"}))
    source = forms.ChoiceField(label="Data", choices=DATA, initial="arrests")
    path = forms.CharField(label="File", required=False, max_length=1_000, help_text="Within the folders for data.")
    regime = forms.ChoiceField(label="What is predicted", choices=REGIMES)
    label = forms.CharField(
        label="Column that is predicted", required=False, max_length=200, help_text="Empty: the usual one of that set."
    )
    positive = forms.CharField(
        label="Value that counts as yes",
        required=False,
        max_length=200,
        initial="Yes",
        help_text="Only where the answer is yes or no.",
    )
    groups = forms.CharField(
        label="Groups, one a line",
        required=False,
        widget=forms.Textarea(attrs={**CODE, "rows": 3, "placeholder": "F: sex = Female\nOLD: age > 60"}),
        help_text="A name for constraints, a column, and = > < >= or <= a value.",
    )
    leave_out = forms.CharField(
        label="Columns that no model sees", required=False, max_length=1_000, help_text="Separated by commas."
    )
    duplicates = forms.ChoiceField(
        label="Equal rows",
        choices=(("refuse", "Refuse: copies"), ("allow", "Allow: people alike"), ("drop", "Drop")),
        initial="allow",
    )
    missing = forms.ChoiceField(label="Rows with gaps", choices=(("refuse", "Refuse"), ("drop", "Drop")))
    model = forms.ChoiceField(label="Model", choices=MODELS)
    optimiser = forms.ChoiceField(label="Search", choices=OPTIMISERS)
    fraction = forms.FloatField(label="Share held back for the test", min_value=0.05, max_value=0.95, initial=0.6)
    reuse = forms.ChoiceField(label="A safety set that was used before", choices=REUSE)
    overall_delta = forms.FloatField(
        label="Delta of all together",
        required=False,
        min_value=1e-9,
        max_value=0.5,
        help_text="Empty: each has its own.",
    )
    seed = forms.IntegerField(label="Seed", min_value=0, max_value=2**53, initial=18)

    def __init__(self, given: Mapping[str, Any] | None, *, studies: Any) -> None:
        super().__init__(given)
        field = cast("forms.ModelChoiceField[Study]", self.fields["study"])
        field.queryset = studies
        if studies.count() == 1:
            field.initial = studies.first().slug

    def clean_groups(self) -> JsonObject:
        """As the document has them."""
        try:
            return groups_in(self.cleaned_data["groups"])
        except BadValue as refusal:
            raise forms.ValidationError(f"{refusal.message} {refusal.hint}") from refusal

    def clean(self) -> dict[str, Any]:
        """A file needs a path."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") in FILES and not cleaned.get("path"):
            self.add_error("path", "Say which file.")
        return cleaned

    def document(self, constraints: list[JsonObject]) -> JsonObject:
        """Of a valid form, what is not the default alone."""
        said = self.cleaned_data
        source: dict[str, Json] = {"type": said["source"]}
        if said["source"] in FILES:
            source["path"] = said["path"]
        found: dict[str, Json] = {
            "procedure": "safe",
            "title": said["title"],
            "slug": slug_of(said["title"]),
            "seed": said["seed"],
            "data": source,
            **self._columns(),
            "regime": said["regime"],
            "model": {"type": said["model"]},
            "constraints": cast(Json, constraints),
            "safety": {"fraction": said["fraction"], "reuse": said["reuse"]},
            "optimiser": {"type": said["optimiser"]},
        }
        if said["overall_delta"]:
            found["overall_delta"] = said["overall_delta"]
        return found

    def _columns(self) -> dict[str, Json]:
        said = self.cleaned_data
        found: dict[str, Json] = {name: said[name] for name in ("label", "positive", "groups") if said[name]}
        if names := [part.strip() for part in said["leave_out"].split(",") if part.strip()]:
            found["leave_out"] = cast(Json, names)
        return found | {name: said[name] for name in ("duplicates", "missing") if said[name] != "refuse"}


class TrainedConstraintForm(ConstraintForm):
    """A constraint of a training; its regime is the training's."""

    regime = None  # type: ignore[assignment]  # Django's way to leave a field out
    bound = forms.ChoiceField(label="Bound", choices=BOUNDS, initial="auto")
    range_low = forms.FloatField(label="Errors from", required=False)
    range_high = forms.FloatField(label="Errors to", required=False)

    def entry(self) -> JsonObject:
        """As the document has it."""
        said = self.cleaned_data
        found: dict[str, Json] = {"text": said["text"], "delta": said["delta"]}
        if said["bound"] != "auto":
            found["bound"] = said["bound"]
        if said["range_low"] is not None and said["range_high"] is not None:
            ranges: list[Json] = [said["range_low"], said["range_high"]]
            found["ranges"] = {name: ranges for name in ("Mean_Squared_Error", "Mean_Error") if name in said["text"]}
        return found


TrainedConstraints: type[BaseFormSet[TrainedConstraintForm]] = formset_factory(
    TrainedConstraintForm, extra=2, min_num=1, validate_min=True, max_num=MOST, absolute_max=MOST
)
