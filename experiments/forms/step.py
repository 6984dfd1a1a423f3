"""The form of a step: components, repetition and conditions as YAML, checked as a part of the whole definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.core.exceptions import ValidationError

from experiments.component_kinds import KINDS
from experiments.forms.checking import sentences, step_problems
from experiments.forms.fields import LocalisedField, YamlField, sentence
from experiments.models import Experiment, Step
from experiments.problems import Positions
from experiments.services.snapshot import STEP, definition_of
from experiments.types import Json, JsonObject

KEYS = ("kind", "name", "measure", "props", "required", "correct", "check", "attribute")
DEFAULTS: dict[str, Json] = {
    "name": None,
    "measure": None,
    "props": {},
    "required": True,
    "correct": None,
    "check": None,
    "attribute": None,
}
REPEAT = frozenset({"over", "as", "order", "sample", "within", "choose"})
COMPONENTS = """- kind: text
  props: {body: "Markdown with {{ arm.name }}"}
- kind: choice
  name: trusted
  measure: trusted
  props: {label: Which one?, options: [{value: a, label: A}, {value: b, label: B}]}"""


class ComponentsField(YamlField):
    """Components without what they would have anyway, their keys in the order that people write them."""

    languages: Sequence[str] = ()

    def prepare_value(self, value: object) -> str:
        """PostgreSQL keeps no order of keys, and a definition spells out every default."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            shown = [tidy(each) if isinstance(each, Mapping) else each for each in value]
            return super().prepare_value(in_order(shown, self.languages))
        return super().prepare_value(value)

    def has_changed(self, initial: object, data: object) -> bool:
        """Defaults that were left out are no change."""
        return super().has_changed(self.to_python(self.prepare_value(initial)), data)


def tidy(component: JsonObject) -> JsonObject:
    """One component for people.

    >>> tidy({"name": None, "props": {"body": "x"}, "required": True, "kind": "text"})
    {'kind': 'text', 'props': {'body': 'x'}}
    """
    written = [key for key in KEYS if key in component and component[key] != DEFAULTS.get(key, ...)]
    others = [key for key in component if key not in KEYS]
    kind = KINDS.get(str(component.get("kind")))
    found = {key: component[key] for key in [*written, *others]}
    props = found.get("props")
    if isinstance(props, Mapping) and kind is not None:
        known = [name for name in cast("Mapping[str, Json]", kind.schema["properties"]) if name in props]
        found["props"] = {name: props[name] for name in [*known, *(name for name in props if name not in known)]}
    return found


def in_order(value: Json, languages: Sequence[str]) -> Json:
    """The same value with every mapping of languages in the study's order.

    >>> in_order({"label": {"de": "Ja", "en": "Yes"}}, ["en", "de"])
    {'label': {'en': 'Yes', 'de': 'Ja'}}
    """
    if isinstance(value, Mapping):
        known = [code for code in languages if code in value] if set(value) <= set(languages) else list(value)
        return {key: in_order(value[key], languages) for key in known}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [in_order(each, languages) for each in value]
    return value


class RepeatField(YamlField):
    """A repetition without what it would have anyway."""

    def prepare_value(self, value: object) -> str:
        """`sample` and `within` only where they say something."""
        if isinstance(value, Mapping):
            known = [key for key in ("over", "as", "order", "sample", "within", "choose") if value.get(key)]
            return super().prepare_value({key: value[key] for key in [*known, *(set(value) - REPEAT)]})
        return super().prepare_value(value)

    def has_changed(self, initial: object, data: object) -> bool:
        """Defaults that were left out are no change."""
        return super().has_changed(self.to_python(self.prepare_value(initial)), data)


class StepForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A step."""

    title = LocalisedField(rows=2, help_text="Shown as the page's heading; may hold {{ references }}.")
    components = ComponentsField(
        empty=[], rows=22, placeholder=COMPONENTS, help_text="What stands on the page, from top to bottom."
    )
    repeat = RepeatField(
        rows=3,
        placeholder="{over: cases, as: case, order: shuffle, within: [features]}",
        help_text="Once for each stimulus. Neighbouring steps with the same repeat repeat together. With `choose`, each"
        " stimulus is chosen when it is due, by what the participant has answered so far.",
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
        for name in ("title", "components"):
            if experiment is not None and name in self.fields:
                self.fields[name].languages = experiment.study.languages  # type: ignore[attr-defined]  # our own fields

    def experiment(self) -> Experiment | None:
        """The experiment that the step is or will be part of."""
        if self.instance.experiment_id:
            return cast(Experiment, self.instance.experiment)
        chosen = str((self.data if self.is_bound else self.initial).get("experiment"))
        return Experiment.objects.select_related("study").filter(pk=chosen).first() if chosen.isdecimal() else None

    def clean_name(self) -> str:
        """One step of that name in the experiment."""
        name, experiment = str(self.cleaned_data["name"]), self.experiment()
        same = Step.objects.filter(experiment=experiment, name=name).exclude(pk=self.instance.pk)
        if experiment is not None and same.exists():
            raise ValidationError(f"A step “{name}” already exists in this experiment. Choose another name.")
        return name

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
