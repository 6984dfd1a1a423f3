"""A policy that is to be better than the one that decided, filled in by hand: the form makes the document of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms

from analysis.assurance.forms.groups import groups_in
from analysis.assurance.forms.training import CODE, REUSE
from analysis.runs.local.ordering import slug_of
from experiments.errors import BadValue
from experiments.models import Experiment, Study, UnitKind
from experiments.types import Json, JsonObject

FEATURE: Final = re.compile(r"(?P<attribute>[^=]+?)\s*(=\s*(?P<value>.+)|from\s+(?P<low>\S+)\s+to\s+(?P<high>\S+))")
SPLITS: Final = (
    ("ordered", "Later decisions test (always right where the policy learnt)"),
    ("stratified", "By lot (only where one fixed policy decided)"),
)


class PolicyForm(forms.Form):
    """Everything but the constraints, which are rows of their own."""

    study = forms.ModelChoiceField(queryset=Study.objects.none(), label="Study", to_field_name="slug")
    title = forms.CharField(label="Name", max_length=100, widget=forms.TextInput(attrs={"placeholder": "Better offer"}))
    experiment = forms.ModelChoiceField(
        queryset=Experiment.objects.none(),
        label="Experiment whose decisions it learns from",
        to_field_name="slug",
        help_text="Of the same study.",
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label="Before",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: all there are.",
    )
    features = forms.CharField(
        label="What the policy sees, one a line",
        required=False,
        widget=forms.Textarea(attrs={**CODE, "rows": 3, "placeholder": "page = menu\nage from 18 to 90"}),
        help_text="Keys of the context. Empty: as the experiment's allocation has them.",
    )
    groups = forms.CharField(
        label="Groups, one a line",
        required=False,
        widget=forms.Textarea(attrs={**CODE, "rows": 3, "placeholder": "MENU: page = menu\nHOME: page = home"}),
        help_text="A name for constraints, a key of the context, and = > < >= or <= a value.",
    )
    unit = forms.CharField(
        label="Key that tells visitors apart",
        required=False,
        max_length=200,
        help_text="Where one visitor may have several decisions: these then count as one.",
    )
    split = forms.ChoiceField(label="What tests", choices=SPLITS)
    fraction = forms.FloatField(label="Share held back for the test", min_value=0.05, max_value=0.95, initial=0.6)
    reuse = forms.ChoiceField(label="Decisions that tested before", choices=REUSE)
    caution = forms.FloatField(
        label="Caution",
        min_value=0,
        max_value=10,
        initial=1,
        help_text="Standard errors off the gain that is sought: else it seeks what was hardly tried.",
    )
    overall_delta = forms.FloatField(
        label="Delta of all together", required=False, min_value=1e-9, max_value=0.5, initial=0.05
    )
    seed = forms.IntegerField(label="Seed", min_value=0, max_value=2**53, initial=18)

    def __init__(self, given: Mapping[str, Any] | None, *, studies: Any) -> None:
        super().__init__(given)
        study = cast("forms.ModelChoiceField[Study]", self.fields["study"])
        study.queryset = studies
        experiments = cast("forms.ModelChoiceField[Experiment]", self.fields["experiment"])
        rows = Experiment.objects.filter(study__in=studies, version__isnull=False).exclude(unit_kind=UnitKind.RUN)
        experiments.queryset = rows.order_by("title")
        if studies.count() == 1:
            study.initial = studies.first().slug

    def clean_groups(self) -> JsonObject:
        """As the document has them."""
        return cast(JsonObject, _read(groups_in, self.cleaned_data["groups"]))

    def clean_features(self) -> list[Json]:
        """As allocations declare them."""
        return cast("list[Json]", _read(features_in, self.cleaned_data["features"]))

    def clean(self) -> dict[str, Any]:
        """Decisions are read within a study."""
        cleaned = super().clean() or self.cleaned_data
        experiment, study = cleaned.get("experiment"), cleaned.get("study")
        if experiment is not None and study is not None and experiment.study_id != study.pk:
            self.add_error("experiment", "It belongs to another study.")
        return cleaned

    def document(self, constraints: list[JsonObject]) -> JsonObject:
        """Of a valid form."""
        said = self.cleaned_data
        source: dict[str, Json] = {"type": "decisions", "experiment": said["experiment"].slug}
        source |= {name: said[name].isoformat() for name in ("since", "until") if said[name]}
        source |= {"features": said["features"]} if said["features"] else {}
        found: dict[str, Json] = {
            "procedure": "safe",
            "title": said["title"],
            "slug": slug_of(said["title"]),
            "seed": said["seed"],
            "regime": "reinforcement_learning",
            "data": source,
            **{name: said[name] for name in ("groups", "unit") if said[name]},
            "model": {"type": "linear_softmax"},
            "objective": {"type": "expected_return", "caution": said["caution"]},
            "constraints": cast(Json, constraints),
            "safety": {"split": said["split"], "fraction": said["fraction"], "reuse": said["reuse"]},
        }
        return found | ({"overall_delta": said["overall_delta"]} if said["overall_delta"] else {})


def features_in(text: str) -> list[Json]:
    """One a line. BadValue names the line that cannot be read.

    >>> features_in("page = menu")
    [{'attribute': 'page', 'is': 'menu'}]
    """
    found: list[Json] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = FEATURE.fullmatch(line.strip())
        if read is None:
            raise BadValue(f"Line {number}, “{line.strip()[:60]}”, is no feature.", hint="Write: page = menu")
        if read["value"]:
            found.append({"attribute": read["attribute"], "is": read["value"].strip("\"'")})
        else:
            low, high = (_number(end, number) for end in (read["low"], read["high"]))
            found.append({"attribute": read["attribute"], "low": low, "high": high})
    return found


def _number(text: str, line: int) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadValue(f"Line {line}: “{text}” is no number.", hint="Write: age from 18 to 90") from error


def _read(read: Any, text: str) -> object:
    try:
        return read(text)
    except BadValue as refusal:
        raise forms.ValidationError(f"{refusal.message} {refusal.hint}") from refusal
