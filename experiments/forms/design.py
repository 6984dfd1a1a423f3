"""Forms of what an experiment is made of: its own columns, factors, arms, measures, stimuli."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import PaginationInlineFormSet

from experiments.forms.checking import entry_problems, sentences
from experiments.forms.fields import LevelsField, LocalisedField, YamlField, sentence
from experiments.models import Arm, Experiment, Factor, Measure, StimulusSet
from experiments.problems import Positions
from experiments.services.editing import promised_names
from experiments.types import Json

WAY_ON = "Disable an arm, or leave a measure unused, and add another."


class DefinitionForm(forms.ModelForm):  # type: ignore[type-arg]  # each subclass names its model
    """A form of definition rows. entry_key: where such a row stands in the study file, for the schema's checks."""

    entry_key: ClassVar[str] = ""
    checked: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, object]:
        """Hold the row against the schema; say what is wrong beside the field it was typed into."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.entry_key:
            self._refuse(cast("Mapping[str, Json]", {name: cleaned.get(name) for name in self.checked}))
        return cleaned

    def _refuse(self, entry: Mapping[str, Json]) -> None:
        problems = entry_problems(self.entry_key, entry)
        for name in self.checked:
            self.add_errors(name, sentences(problems, self.positions(name), below=name))
        for problem in problems:
            if not problem.path:
                self.add_error(None, sentence(problem))

    def positions(self, name: str) -> Positions:
        """Lines of the text in a YAML field."""
        return getattr(self.fields[name], "positions", Positions())

    def add_errors(self, name: str, messages: Sequence[str]) -> None:
        """Beside the field."""
        if messages:
            self.add_error(name, ValidationError(list(messages)))


class PromisedForm(DefinitionForm):
    """A row that versions know by its name: people under way may still need it, so the name stays."""

    part: ClassVar[str]

    def clean_name(self) -> str:
        """Refuse another name for what somebody was promised."""
        name, before = str(self.cleaned_data["name"]), str(self.initial.get("name") or "")
        if self.instance.pk and name != before and before in promised_names(self.instance.experiment, self.part):
            raise ValidationError(f"“{before}” is in a version that people may be under; its name stays. {WAY_ON}")
        return name


class PromisedFormSet(PaginationInlineFormSet):
    """Rows that versions know by name cannot be deleted either."""

    def clean(self) -> None:
        """Refuse the whole form."""
        super().clean()
        gone = [str(form.instance.name) for form in self.deleted_forms if form.instance.pk]
        kept = promised_names(self.instance, cast("type[PromisedForm]", self.form).part) if gone else set()
        for name in (name for name in gone if name in kept):
            raise ValidationError(f"“{name}” is in a version that people may be under; it stays. {WAY_ON}")


class ExperimentForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """The experiment's own columns."""

    allocation = YamlField(
        empty={},
        rows=5,
        placeholder="policy: permuted_blocks\nblock_multiple: 2",
        help_text="policy: simple, permuted_blocks, stratified_blocks, minimisation or hash; with block_multiple, "
        "strata: [attribute], stratum_quota. Or one that learns while it runs: thompson_bernoulli, thompson_gaussian, "
        "kl_moss, ucb1, linucb and more, with reward_window_seconds, default_reward, floor. Empty: permuted blocks.",
    )
    exclusions = YamlField(
        empty=[],
        rows=3,
        placeholder="- {explanation: none, features: 8}",
        help_text="Combinations of between-levels that are not made into arms.",
    )
    debrief = LocalisedField(rows=5, help_text="Markdown, shown at the end; or one line per language: “en: …”.")
    full_message = LocalisedField(rows=3, help_text="What somebody reads who comes when every place is taken.")

    class Meta:
        model = Experiment
        fields = (
            "study",
            "title",
            "slug",
            "unit_kind",
            "target",
            "seed",
            "lease_seconds",
            "exclusion_group",
            "allocation",
            "exclusions",
            "debrief",
            "full_message",
        )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the admin calls it
        if self.instance.study_id:
            for name in ("debrief", "full_message"):
                if name in self.fields:
                    self.fields[name].languages = self.instance.study.languages  # type: ignore[attr-defined]

    def clean_allocation(self) -> Json:
        """Unknown policies and parameters are refused here."""
        return self._checked("allocation")

    def clean_exclusions(self) -> Json:
        """A list of mappings; whether the factors exist is asked when the experiment starts."""
        value = self.cleaned_data["exclusions"]
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            raise ValidationError("Write a list: one line “- {factor: level}” for each combination to leave out.")
        return cast(Json, value)

    def _checked(self, name: str) -> Json:
        value = self.cleaned_data[name]
        problems = entry_problems(name, value)
        field = cast(YamlField, self.fields[name])
        found = sentences(problems, field.positions, below="")
        if found:
            raise ValidationError(found)
        return cast(Json, value)


class FactorForm(DefinitionForm):
    """A factor."""

    levels = LevelsField(help_text="With commas between: none, 3, true.")
    entry_key = "factors"
    checked = ("name", "scope", "levels", "order")

    class Meta:
        model = Factor
        fields = ("position", "name", "scope", "levels", "order")


class ArmForm(PromisedForm):
    """An arm."""

    part = "arms"

    levels = YamlField(empty={}, rows=2, placeholder="explanation: none")
    payload = YamlField(empty={}, rows=2, placeholder="offer: Tomato soup")

    class Meta:
        model = Arm
        fields = ("position", "name", "levels", "payload", "weight", "quota", "is_control", "is_enabled")

    def clean_levels(self) -> Json:
        """A mapping of factor to level."""
        return _mapping(self.cleaned_data["levels"], "factor: level")

    def clean_payload(self) -> Json:
        """A mapping."""
        return _mapping(self.cleaned_data["payload"], "name: value")


class MeasureForm(PromisedForm):
    """A measure."""

    part = "measures"

    entry_key = "measures"
    checked = ("name", "title", "kind", "role", "direction", "low", "high")

    class Meta:
        model = Measure
        fields = ("position", "name", "title", "kind", "role", "direction", "low", "high")


class StimulusSetForm(DefinitionForm):
    """A list of cases."""

    items = YamlField(empty=[], rows=10, placeholder="- {id: a, title: First case}\n- {id: b, title: Second case}")

    class Meta:
        model = StimulusSet
        fields = ("position", "name", "items")

    def clean_items(self) -> Json:
        """Each case is a mapping with an id of its own."""
        value = self.cleaned_data["items"]
        problems = entry_problems("stimuli", {"cases": value})
        found = sentences(problems, self.positions("items"), below="cases")
        if found:
            raise ValidationError(found)
        return cast(Json, value)


def _mapping(value: object, example: str) -> Json:
    if not isinstance(value, Mapping):
        raise ValidationError(f"Write lines of “{example}”.")
    return cast(Json, value)
