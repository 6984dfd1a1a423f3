"""The form: a world, and the policies that are tried in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from bandits.policies import ADAPTIVE
from machina_site.trying.prefill import FEW, MOST_VISITORS, Suggested

OWN = "own"
OFFERED = (
    "thompson_bernoulli",
    "thompson_gaussian",
    "kl_moss",
    "ucb1",
    "epsilon_greedy",
    "top_two_thompson",
    "exp3",
    "linucb",
    "linear_thompson",
    "logistic_thompson",
    "square_cb",
    "uniform",
)
MOST_WORK, RUNS = 2_500_000, 100
# how much slower than most, per round
SLOW = {"top_two_thompson": 8, "bayes_ucb": 6, "kl_moss": 2, "kl_ucb": 2, "kl_ucb_plus": 2, "logistic_thompson": 8}
SLOW["information_gain"] = 400
FEATURES_COST = 4
REWARDS = [("bernoulli", "yes or no"), ("gaussian", "an amount (normal)"), ("poisson", "a count (Poisson)")]
CHANGES = [
    ("", "stay as they are"),
    ("turn", "change places every so many visitors"),
    ("change", "are dealt anew at random moments"),
    ("walk", "wander at random"),
    ("sine", "rise and fall"),
]
DELAYS = [("fixed", "after that many visitors"), ("batch", "in batches of that many"), ("geometric", "at random")]
CONTEXTS = [("", "no: one arm is best for all"), ("linear", "yes, an amount"), ("logistic", "yes, yes or no")]


@dataclass(frozen=True)
class ArmField:
    """An arm's name and the field of its mean."""

    name: str
    field: forms.BoundField


class WorldForm(forms.Form):
    """Everything has a value to begin with: what the experiment suggests."""

    rewards = forms.ChoiceField(label="A reward is", choices=REWARDS)
    deviation = forms.FloatField(label="Its standard deviation", min_value=0, max_value=1e9, help_text="of amounts")
    visitors = forms.IntegerField(label="Visitors", min_value=10, max_value=MOST_VISITORS)
    runs = forms.IntegerField(label="Runs", min_value=10, max_value=500, help_text="more runs, narrower errors")
    change = forms.ChoiceField(label="The arms' means", choices=CHANGES, required=False)
    pace = forms.FloatField(
        label="How often, or how far",
        min_value=0,
        max_value=1e6,
        help_text="visitors between changes, or in a rise and fall; wandering: the step",
    )
    delay = forms.IntegerField(label="Rewards come late by", min_value=0, max_value=5_000, help_text="visitors")
    delay_kind = forms.ChoiceField(label="Late", choices=DELAYS)
    contexts = forms.ChoiceField(label="The best arm depends on who comes", choices=CONTEXTS, required=False)
    dimension = forms.IntegerField(label="Features", min_value=1, max_value=20, help_text="a constant 1 among them")
    policies = forms.MultipleChoiceField(label="Policies", widget=forms.CheckboxSelectMultiple)

    def __init__(self, suggested: Suggested, given: Any = None) -> None:
        super().__init__(given)
        self.suggested = suggested
        for place, mean in enumerate(suggested.means):
            name = f"mean_{place}"
            self.fields[name] = forms.FloatField(
                label=suggested.arms[place], min_value=-1e9, max_value=1e9, initial=mean
            )
        offered = [(name, name.replace("_", " ")) for name in OFFERED]
        if suggested.own is not None:
            offered.insert(0, (OWN, f"{suggested.own.name.replace('_', ' ')}, as this experiment has it"))
        self.fields["policies"].choices = offered  # type: ignore[attr-defined]  # a MultipleChoiceField's
        self.initial = self._initial()
        for name, field in self.fields.items():
            if name != "policies":
                field.widget.attrs["class"] = "m-input"
            if isinstance(field, forms.FloatField):
                field.widget.attrs["step"] = "any"

    def _initial(self) -> dict[str, object]:
        suggested = self.suggested
        thompson = "thompson_bernoulli" if suggested.rewards == "bernoulli" else "thompson_gaussian"
        policies = [thompson, "epsilon_greedy", "uniform"]
        if suggested.dimension:
            policies = [thompson, "uniform"]
        elif suggested.rewards == "bernoulli":
            policies.insert(1, "kl_moss")
        if suggested.own is not None:
            policies = [OWN, *(name for name in policies if name != suggested.own.name)]
        contexts = ("logistic" if suggested.rewards == "bernoulli" else "linear") if suggested.dimension else ""
        one = self._work(policies, contexts)
        visitors = max(min(suggested.visitors, int(MOST_WORK / one / RUNS)), FEW)
        return {
            "rewards": suggested.rewards,
            "deviation": suggested.deviation,
            "visitors": visitors,
            "runs": max(min(RUNS, int(MOST_WORK / one / visitors)), 10),
            "pace": 500,
            "delay": 0,
            "delay_kind": "fixed",
            "contexts": contexts,
            "dimension": suggested.dimension or 5,
            "policies": policies,
        }

    def _work(self, policies: Sequence[str], contexts: str) -> float:
        """What one visitor of one run costs, in rounds of a quick policy with few arms."""
        work = sum(SLOW.get(self._named(name), 1) for name in policies)
        return work * (FEATURES_COST if contexts else max(len(self.suggested.arms) / 4, 1))

    def _named(self, chosen: str) -> str:
        return self.suggested.own.name if chosen == OWN and self.suggested.own else chosen

    @property
    def arms(self) -> list[ArmField]:
        """The fields of the means."""
        return [ArmField(name, self[f"mean_{place}"]) for place, name in enumerate(self.suggested.arms)]

    def means(self) -> tuple[float, ...]:
        """What was typed for the arms."""
        return tuple(self.cleaned_data[f"mean_{place}"] for place in range(len(self.suggested.arms)))

    def clean(self) -> dict[str, Any]:
        """A policy that needs features has them, and a web page has no time for more than a few seconds' work."""
        typed = super().clean() or {}
        if self.errors:
            return typed
        chosen = [self._named(name) for name in typed["policies"]]
        blind = [name for name in chosen if ADAPTIVE[name].contextual and not typed["contexts"]]
        if blind:
            raise forms.ValidationError(
                f"{blind[0].replace('_', ' ')} looks at features: say how arms depend on who comes, or leave it out."
            )
        if typed["change"] and typed["contexts"]:
            raise forms.ValidationError("Arms that change, or a best arm that depends on who comes: not both at once.")
        if typed["change"] in ("turn", "change", "sine") and typed["pace"] < 1:
            raise forms.ValidationError("The means change after one visitor or more.")
        work = self._work(typed["policies"], typed["contexts"]) * typed["runs"] * typed["visitors"]
        if work > MOST_WORK:
            fewer = max(int(typed["runs"] * MOST_WORK / work), 1)
            raise forms.ValidationError(
                f"Too much for a web page: take about {fewer} runs, fewer visitors or policies, or the command below."
            )
        return typed
