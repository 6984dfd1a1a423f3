"""The form of a step: components, repetition and conditions as YAML, checked as a part of the whole definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django import forms
from django.core.exceptions import ValidationError

from experiments.forms.checking import sentences, step_problems
from experiments.forms.fields import LocalisedField, YamlField, sentence
from experiments.models import Experiment, Step
from experiments.problems import Positions
from experiments.services.snapshot import STEP, definition_of
from experiments.types import Json

COMPONENTS = """- kind: text
  props: {body: "Markdown with {{ arm.name }}"}
- kind: choice
  name: trusted
  measure: trusted
  props: {label: Which one?, options: [{value: a, label: A}, {value: b, label: B}]}"""


class StepForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A step."""

    title = LocalisedField(rows=2, help_text="Shown as the page's heading; may hold {{ references }}.")
    components = YamlField(
        empty=[], rows=18, placeholder=COMPONENTS, help_text="What stands on the page, from top to bottom."
    )
    repeat = YamlField(
        rows=3,
        placeholder="{over: cases, as: case, order: shuffle, within: [features]}",
        help_text="Once for each stimulus. Neighbouring steps with the same repeat repeat together.",
    )
    show_if = YamlField(
        rows=2, placeholder="arm.explanation: {not: none}", help_text="The page is passed over unless this holds."
    )
    screen_out = YamlField(
        rows=3,
        placeholder='when: {answers.age: {"<": 18}}\nmessage: This study is for adults.',
        help_text="Who cannot take part after this page.",
    )

    class Meta:
        model = Step
        fields = ("experiment", "position", *STEP)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the admin calls it
        experiment = self.experiment()
        if experiment is not None and "title" in self.fields:
            self.fields["title"].languages = experiment.study.languages  # type: ignore[attr-defined]  # our own field

    def experiment(self) -> Experiment | None:
        """The experiment that the step is or will be part of."""
        if self.instance.experiment_id:
            return self.instance.experiment
        chosen = (self.data if self.is_bound else self.initial).get("experiment")
        return Experiment.objects.select_related("study").filter(pk=chosen).first() if str(chosen).isdigit() else None

    def clean(self) -> dict[str, object]:
        """Nothing is saved unless the whole step fits its experiment."""
        cleaned = cast("dict[str, object]", super().clean() or self.cleaned_data)
        experiment = cleaned.get("experiment") or self.experiment()
        if not self.errors and isinstance(experiment, Experiment):
            self._refuse(experiment, {name: cast(Json, cleaned.get(name)) for name in STEP})
        return cleaned

    def _refuse(self, experiment: Experiment, step: Mapping[str, Json]) -> None:
        definition = definition_of(experiment)
        problems = step_problems(definition, step, languages=experiment.study.languages, at=self._place(experiment))
        for name in STEP:
            positions = getattr(self.fields.get(name), "positions", Positions())
            found = sentences(problems, positions, below=name)
            if found:
                self.add_error(name if name in self.fields else None, ValidationError(found))
        for problem in problems:
            if not problem.path:
                self.add_error(None, sentence(problem))

    def _place(self, experiment: Experiment) -> int | None:
        if self.instance.pk is None:
            return None
        return list(experiment.steps.values_list("pk", flat=True)).index(self.instance.pk)


class PreviewForm(StepForm):
    """The same for a step whose experiment is known: what is typed is held against everything, and never saved."""

    class Meta(StepForm.Meta):
        fields = tuple(STEP)
