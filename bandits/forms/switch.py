"""The forms of the page on which a policy is switched or halted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from bandits.policies import ADAPTIVE, PolicyError
from bandits.ramps import DEFAULT_STAGES, Guardrail, Plan, Stage
from bandits.services.switching import Proposal
from experiments.errors import BadValue
from experiments.types import Json, JsonObject

EDITED = ""
CONFIDENCES = (("0.9", "90 %"), ("0.95", "95 %"), ("0.99", "99 %"))
STAGE = re.compile(r"(?P<share>\d+(?:\.\d+)?)\s*%\s*(?P<rest>.*)")
PART = re.compile(r"(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>decisions?|hours?|h)\b")


class SwitchForm(forms.Form):
    """A candidate, how sure one wants to be, and how it is let in."""

    policy = forms.ChoiceField(label="New policy", required=False)
    parameters = forms.CharField(
        label="Its parameters",
        required=False,
        max_length=5_000,
        widget=forms.TextInput(attrs={"placeholder": '{"floor": 0.05}', "spellcheck": "false", "autocomplete": "off"}),
        help_text="As JSON; what is left out stands at its default.",
    )
    confidence = forms.ChoiceField(label="Confidence", choices=CONFIDENCES, initial="0.95")
    stages = forms.CharField(
        label="Let it in by",
        required=False,
        max_length=500,
        help_text="Share, and after how many decisions or hours the next one comes. Empty: at once.",
    )
    margin = forms.FloatField(
        label="Send it back if the reward is worse by more than", min_value=0, required=False, initial=0
    )
    alpha = forms.FloatField(label="False alarms, at most", min_value=1e-6, max_value=0.5, required=False, initial=0.05)
    because = forms.CharField(
        label="Owners: let it in whatever the log says, because",
        required=False,
        max_length=500,
        help_text="Kept for ever. Leave it empty to let the log decide.",
    )

    def __init__(self, given: Mapping[str, Any] | None, *, is_edited: bool, is_owner: bool) -> None:
        super().__init__(given, initial={"stages": written(DEFAULT_STAGES)})
        learners = ("Policies that learn", [(name, name) for name in ADAPTIVE])
        edited = [(EDITED, "The one edited in the experiment")] if is_edited else []
        cast(forms.ChoiceField, self.fields["policy"]).choices = [*edited, learners]
        if not is_owner:
            del self.fields["because"]

    def clean(self) -> dict[str, Any]:
        """With the allocation and the stages read."""
        cleaned = super().clean() or self.cleaned_data
        for name, read in (("parameters", _parameters), ("stages", stages_in)):
            if name in cleaned:
                try:
                    cleaned[f"{name}_read"] = read(cleaned[name])
                except BadValue as refusal:
                    self.add_error(name, f"{refusal.message} {refusal.hint}")
        return cleaned

    def proposal(self) -> Proposal:
        """What is proposed; the form must be valid. BadValue if the plan makes no sense."""
        said = self.cleaned_data
        allocation: JsonObject | None = None
        if said["policy"] != EDITED:
            allocation = {"policy": said["policy"], **said["parameters_read"]}
        guardrails = (Guardrail(margin=said["margin"]),) if said["margin"] else None
        plan = Plan(said["stages_read"], guardrails, said["alpha"] or 0.05)
        try:
            plan = Plan.parse(plan.to_json())
        except PolicyError as error:
            raise BadValue(error.message, hint=error.hint) from error
        return Proposal(allocation, float(said["confidence"]), plan, said.get("because", ""))


def stages_in(text: str) -> tuple[Stage, ...]:
    """ "5 % for 1000 decisions, 25 % for 24 hours". BadValue names the part that cannot be read."""
    return tuple(_stage(part.strip()) for part in re.split(r"[,;\n](?!\d{3}\b)", text) if part.strip())


def written(stages: Sequence[Stage]) -> str:
    """The same the other way round."""
    return ", ".join(f"{100 * stage.share:g} % for {length(stage)}" for stage in stages)


def length(stage: Stage) -> str:
    """How long a stage lasts, in words.

    >>> length(Stage(0.05, 1000, 1.0))
    '1,000 decisions and 1 hour'
    """
    parts = [_counted(stage.decisions, "decision")] if stage.decisions else []
    return " and ".join([*parts, *([_counted(stage.hours, "hour")] if stage.hours else [])])


def _counted(n: float, unit: str) -> str:
    return f"{n:,g} {unit}{'' if n == 1 else 's'}" if n < 1e6 else f"{n:,.0f} {unit}s"


def _stage(text: str) -> Stage:
    found = STAGE.fullmatch(text)
    parts = list(PART.finditer(found["rest"])) if found else []
    if found is None or not parts:
        raise BadValue(f"“{text}” cannot be read.", hint="Write: 5 % for 1000 decisions, 25 % for 24 hours.")
    counts = {part["unit"][0]: float(part["n"].replace(",", "")) for part in parts}
    decisions = counts.get("d")
    return Stage(float(found["share"]) / 100, None if decisions is None else int(decisions), counts.get("h"))


def _parameters(text: str) -> Mapping[str, Json]:
    if not text.strip():
        return {}
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadValue(f"This is not JSON: {error}.") from error
    if not isinstance(read, Mapping):
        raise BadValue("Parameters are a JSON object.", hint='For example {"epsilon": 0.1}.')
    return cast("Mapping[str, Json]", read)


class HaltForm(forms.Form):
    """Whom everybody gets, and why."""

    to = forms.ChoiceField(label="Everybody gets", required=False)
    because = forms.CharField(label="Because", required=False, max_length=400)

    def __init__(self, given: Mapping[str, Any] | None, *, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(given, prefix="halt")
        cast(forms.ChoiceField, self.fields["to"]).choices = list(choices)
