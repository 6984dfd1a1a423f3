"""Form fields for JSON columns: YAML, texts by language, levels. What cannot be read is said with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from experiments.problems import Positions, Problem, StudyFileError
from experiments.types import Json
from experiments.yaml_file import dump, load

MOST_LINES = 40


def sentence(problem: Problem) -> str:
    """A problem as one line of a form: “Line 3, props.label: … Do …”."""
    place = f"Line {problem.line}" if problem.line else ""
    path = "" if problem.path == "the file" else problem.path
    where = ", ".join(part for part in (place, path) if part)
    return f"{where}: {problem.message} {problem.hint}".removeprefix(": ").rstrip()


def yaml_area(*, rows: int, placeholder: str = "") -> UnfoldAdminTextareaWidget:
    """A text area for YAML: fixed-width, no spelling, the Tab key indents (console.js)."""
    attributes = {
        "rows": rows,
        "spellcheck": "false",
        "placeholder": placeholder,
        "data-yaml": "",
        "wrap": "off",
        "title": "Tab indents. Press Escape first to leave with Tab.",
    }
    widget = UnfoldAdminTextareaWidget(attrs=attributes)
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} machina-yaml"
    return widget


class YamlField(forms.CharField):
    """A JSON value written as YAML. empty: what an empty text means. positions: of the text last read."""

    def __init__(self, *, empty: Json = None, rows: int = 8, placeholder: str = "", **options: Any) -> None:
        options.setdefault("widget", yaml_area(rows=rows, placeholder=placeholder))
        super().__init__(required=False, strip=False, **options)
        self.empty = empty
        self.positions = Positions()

    def prepare_value(self, value: object) -> str:
        """JSON as YAML; what somebody typed, as typed."""
        if isinstance(value, str):
            return value
        return "" if value is None or value == self.empty else dump(cast(Json, value))

    def to_python(self, value: object) -> Any:
        """ValidationError names every line that cannot be read."""
        text = str(value or "")
        self.positions = Positions()
        if not text.strip():
            return self.empty
        try:
            found, self.positions = load(text)
        except StudyFileError as error:
            raise ValidationError([sentence(problem) for problem in error.problems], code="yaml") from error
        return found

    def has_changed(self, initial: object, data: object) -> bool:
        """By what it means, not by how it is written."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class LocalisedField(YamlField):
    """A text, or `language: text` lines where every key is a language of the study. The form sets `languages`."""

    languages: Sequence[str] = ("en",)

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(empty="", rows=rows, **options)
        self.widget.attrs.pop("wrap", None)
        self.widget.attrs.pop("data-yaml", None)

    def prepare_value(self, value: object) -> str:
        """The languages in the study's order; a text as it is."""
        if isinstance(value, Mapping):
            return super().prepare_value({code: value[code] for code in self.languages if code in value} or value)
        return str(value or "")

    def to_python(self, value: object) -> Any:
        """A mapping only if it is one of languages: a text with a colon stays a text."""
        text = str(value or "").replace("\r\n", "\n")
        first = text.lstrip().split(":", 1)[0].strip("\"' ")
        if first not in self.languages or ":" not in text:
            return text
        found = super().to_python(text)
        if isinstance(found, Mapping) and all(isinstance(entry, str) for entry in found.values()):
            unknown = [key for key in found if key not in self.languages]
            if unknown:
                known = ", ".join(self.languages)
                raise ValidationError(f"“{unknown[0]}” is not a language of the study. Its languages: {known}.")
            return found
        return text


class LevelsField(YamlField):
    """Levels of a factor: `none, attributions, random`, or a YAML list. Numbers and true/false keep their type."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "low, high"})
        super().__init__(empty=[], widget=widget, **options)

    def prepare_value(self, value: object) -> str:
        """The list with commas between."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return str(value or "")
        lines = dump(list(value)).splitlines()
        return ", ".join(line.strip().removeprefix("- ") for line in lines) if value else ""

    def to_python(self, value: object) -> Any:
        """A comma list is a YAML flow list without its brackets."""
        text = str(value or "").strip()
        return super().to_python(text if text.startswith(("[", "- ")) or not text else f"[{text}]")
