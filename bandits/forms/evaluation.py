"""The form that asks what another policy would have earned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from django import forms

from bandits.evaluation.question import SHORTLY, SUITED, Question, policy_in
from bandits.policies import ADAPTIVE
from experiments.errors import BadValue
from experiments.types import JsonObject

OTHER = "other"
CONFIDENCES = (("0.9", "90 %"), ("0.95", "95 %"), ("0.99", "99 %"))
Choices = list[tuple[str, list[tuple[str, str]]]]


def _day() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EvaluationForm(forms.Form):
    """Sent by GET: an answer has an address. Dates are days of UTC; the last one is included."""

    policy = forms.ChoiceField(label="Policy")
    parameters = forms.CharField(
        label="Its parameters",
        required=False,
        max_length=5_000,
        widget=forms.TextInput(attrs={"placeholder": '{"floor": 0.05}', "spellcheck": "false", "autocomplete": "off"}),
        help_text="As JSON; what is left out stands at its default.",
    )
    learning = forms.ChoiceField(label="How it learns", required=False, choices=list(SHORTLY.items()), initial=SUITED)
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    by = forms.CharField(label="Apart for each", required=False, max_length=100, help_text="A key of the context.")
    confidence = forms.ChoiceField(label="Confidence", required=False, choices=CONFIDENCES, initial="0.95")
    beside = forms.BooleanField(label="Beside each arm alone", required=False)
    early = forms.BooleanField(label="Count open decisions that have their reward", required=False)
    rehearsal = forms.BooleanField(label="The rehearsal's decisions", required=False)
    missing = forms.FloatField(
        label="A missing reward counts", required=False, help_text="Empty: as declared, or left out."
    )
    clip = forms.FloatField(label="Clip weights at", required=False, min_value=0.01, max_value=1e9)
    unsupported = forms.FloatField(
        label="Tolerate unknown plays up to",
        required=False,
        min_value=0,
        max_value=0.99,
        help_text="A share, such as 0.05.",
    )

    def __init__(self, given: Mapping[str, Any] | None, *, choices: Choices, keys: Sequence[str]) -> None:
        super().__init__(given)
        cast(forms.ChoiceField, self.fields["policy"]).choices = choices
        self.keys = keys
        self.fields["by"].widget.attrs["list"] = "context-keys"

    def clean(self) -> dict[str, Any]:
        """With the policy as an allocation."""
        cleaned = super().clean() or self.cleaned_data
        if "policy" in cleaned and "parameters" in cleaned:
            try:
                cleaned["spec"] = _spec(cleaned["policy"], cleaned["parameters"])
            except BadValue as refusal:
                self.add_error("parameters", f"{refusal.message} {refusal.hint}")
        return cleaned

    def question(self) -> Question:
        """What is asked; the form must be valid. BadValue if it makes no sense."""
        said = self.cleaned_data
        until: date | None = said["until"]
        return Question(
            policy=said["spec"],
            learning=said["learning"] or SUITED,
            since=_midnight(said["since"]),
            until=_midnight(until + timedelta(days=1)) if until else None,
            by=said["by"],
            confidence=float(said["confidence"] or 0.95),
            clip=10.0 if said["clip"] is None else said["clip"],
            missing=said["missing"],
            early=said["early"],
            unsupported=said["unsupported"] or 0.0,
            is_rehearsal=said["rehearsal"],
        )


def policy_choices(arms: Sequence[str], *, versions: Sequence[int], states: Sequence[int]) -> Choices:
    """What can be asked about, in groups."""
    return [
        ("One arm for everybody", [(f"always:{name}", f"Always {name}") for name in arms]),
        ("Shares", [("simple", "By the arms' weights")]),
        ("Policies that learn", [(name, name) for name in ADAPTIVE]),
        ("Of this experiment", [(f"version:{number}", f"Version {number}'s policy") for number in versions]),
        ("As it was", [(f"state:{number}", f"State {number}") for number in states]),
        ("Anything else", [(OTHER, "The JSON beside")]),
    ]


def _spec(policy: str, parameters: str) -> JsonObject:
    extra: object = {}
    if parameters.strip():
        try:
            extra = json.loads(parameters)
        except (ValueError, RecursionError) as error:
            raise BadValue(f"This is not JSON: {error}.") from error
    if not isinstance(extra, Mapping):
        raise BadValue("Parameters are a JSON object.", hint='For example {"epsilon": 0.1}.')
    if policy == OTHER:
        return cast(JsonObject, extra)
    return {**policy_in(policy), **extra}


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
