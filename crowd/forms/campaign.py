"""What somebody types of a campaign: in minutes, hours and per cent, which its terms hold as seconds and shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet

from crowd.forms.terms_typed import OUTCOMES, document_of, typed_of, typed_place
from crowd.models import Account
from crowd.planning.checking import MOST_GOAL, REPEATS
from crowd.services.campaigns import Draft
from crowd.terms import Terms
from experiments.errors import Invalid
from experiments.models import Study
from experiments.problems import StudyFileError
from experiments.types import Json
from experiments.yaml_file import load

REPEAT_WORDS = {
    "resume": "goes on where they were",
    "refuse": "is turned away",
    "restart": "begins anew",
}
AREA: Final = {"rows": 4}


class CampaignForm(forms.Form):
    """goal and terms; a new one names its account too."""

    account = forms.ModelChoiceField(queryset=Account.objects.none(), label="Account", empty_label=None)
    title = forms.CharField(label="Title", max_length=128, help_text="What people see first.")
    description = forms.CharField(label="Description", max_length=2_000, widget=forms.Textarea(attrs=AREA))
    keywords = forms.CharField(label="Keywords", required=False, max_length=1_000, help_text="With commas between.")

    goal = forms.IntegerField(label="Completes wanted", min_value=1, max_value=MOST_GOAL, initial=20)
    spare = forms.IntegerField(
        label="Spare places",
        min_value=0,
        required=False,
        initial=0,
        help_text="Beyond the goal, posted only if people end otherwise.",
    )
    round_size = forms.IntegerField(label="Places of a round", min_value=1, initial=9)
    interval_minutes = forms.IntegerField(
        label="Minutes between rounds", min_value=0, required=False, initial=0, help_text="0: at once."
    )

    reward = forms.DecimalField(label="Reward", max_digits=8, decimal_places=2, min_value=0)
    minutes = forms.IntegerField(label="Minutes announced", min_value=1, initial=10)
    fair_hourly = forms.DecimalField(
        label="Fair pay per hour",
        required=False,
        max_digits=8,
        decimal_places=2,
        min_value=0,
        help_text="Below it you are warned, and can top up.",
    )
    bonus = forms.CharField(
        label="Bonus", required=False, help_text="A formula over measures, such as score / 100. Empty: none by rule."
    )
    worst_bonus = forms.DecimalField(
        label="Highest bonus",
        required=False,
        max_digits=8,
        decimal_places=2,
        min_value=0,
        help_text="Per person. Reserved for everybody; never exceeded.",
    )

    limit_minutes = forms.IntegerField(label="Minutes to finish", min_value=1, initial=60)
    lifetime_hours = forms.IntegerField(label="Hours a posting is up", min_value=1, initial=24)
    approve_hours = forms.IntegerField(
        label="Platform approves after, hours", min_value=0, initial=72, help_text="Unless you decided before."
    )
    auto_approve = forms.BooleanField(
        label="Approve by rule who completed and passed the checks", required=False, initial=False
    )
    quality = forms.CharField(
        label="Who is left out of the second analysis",
        required=False,
        help_text="YAML, frozen when you publish: exclude: [attention, automation]. Empty leaves out nobody.",
        widget=forms.Textarea(attrs={**AREA, "data-yaml": ""}),
    )
    four_eyes = forms.BooleanField(label="Two people reject, never one alone", required=False, initial=False)

    approval_rate = forms.IntegerField(label="Approval rate, at least %", required=False, min_value=0, max_value=100)
    approved_hits = forms.IntegerField(label="HITs approved, at least", required=False, min_value=0)
    countries = forms.CharField(
        label="Countries", required=False, help_text="Two letters each: DE, US-CA. Empty: everywhere."
    )
    masters = forms.BooleanField(label="Masters only (5 % more fee)", required=False)
    adult = forms.BooleanField(label="Adult content: ask for the qualification", required=False)
    qualifications = forms.CharField(
        label="Other qualifications",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-yaml": "", "spellcheck": "false"}),
        help_text="YAML: a list of name, comparator, values, guards.",
    )
    exclude = forms.MultipleChoiceField(
        label="Nobody who took part in", required=False, widget=forms.CheckboxSelectMultiple
    )
    repeat = forms.ChoiceField(
        label="A second claim of the same person",
        choices=[(name, REPEAT_WORDS[name]) for name in REPEATS],
        initial="resume",
    )
    platform = forms.CharField(
        label="For this platform only",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-yaml": "", "spellcheck": "false"}),
        help_text="YAML: what only this platform knows, such as Prolific's filters.",
    )

    def __init__(
        self, given: Mapping[str, Any] | None, *, accounts: QuerySet[Account] | None, studies: QuerySet[Study]
    ) -> None:
        super().__init__(given)
        choices = [(study.slug, study.title) for study in studies]
        cast(forms.MultipleChoiceField, self.fields["exclude"]).choices = choices
        if accounts is None:
            del self.fields["account"]
        else:
            cast("forms.ModelChoiceField[Account]", self.fields["account"]).queryset = accounts
        for outcome, words in OUTCOMES.items():
            self.fields[f"pay_{outcome}"] = forms.DecimalField(
                label=words, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=1, initial=0
            )
            self.fields[f"pro_rata_{outcome}"] = forms.BooleanField(label="by the minutes spent", required=False)

    def fill(self, terms: Terms, goal: int) -> None:
        """Show what a campaign says."""
        self.initial = {**typed_of(terms), "goal": goal}

    def draft(self) -> Draft:
        """What was typed; the form must be valid."""
        return Draft(document_of(self.cleaned_data), self.cleaned_data["goal"])

    def clean(self) -> dict[str, Any]:
        """YAML is read here, so that what is wrong with it stands beside it."""
        cleaned = super().clean() or self.cleaned_data
        for name, is_list in (("qualifications", True), ("platform", False), ("quality", False)):
            try:
                cleaned[f"{name}_read"] = yaml_of(cleaned.get(name) or "", is_list=is_list)
            except ValueError as error:
                self.add_error(name, str(error))
        return cleaned

    def show(self, refusal: Invalid) -> None:
        """Each thing to mend beside the field that it is about."""
        for error in refusal.errors:
            place = typed_place(str(error["path"]).removeprefix("terms."))
            self.add_error(place if place in self.fields else None, str(error["message"]))

    def pay_rules(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """(share, pro rata) of each outcome, for the template."""
        for outcome in OUTCOMES:
            yield self[f"pay_{outcome}"], self[f"pro_rata_{outcome}"]


def yaml_of(text: str, *, is_list: bool) -> Json:
    """A list or an object; empty for nothing. ValueError in a sentence with the line."""
    if not text.strip():
        return [] if is_list else {}
    try:
        read, _ = load(text)
    except StudyFileError as error:
        raise ValueError(str(error.problems[0])) from error
    if not isinstance(read, list if is_list else dict):
        raise ValueError("A list is wanted here." if is_list else "Names and values are wanted here.")
    return read
