"""The form of a method: what stands in it, and what somebody typed. No NumPy: the page without an answer needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.statistics.methods import Method
from analysis.statistics.methods.door import Column, Default, Door, Setting, Shape
from analysis.toolbox.computing.calling import example_roles, example_settings
from analysis.toolbox.computing.table import to_csv


@dataclass(frozen=True, slots=True)
class ColumnField:
    """A column's role. value: the name of the column that plays it, or names between commas."""

    column: Column
    value: str

    @property
    def name(self) -> str:
        """In the form."""
        return f"column-{self.column.name}"


@dataclass(frozen=True, slots=True)
class SettingField:
    """A setting as it is typed. options: (word, whether it is chosen)."""

    setting: Setting
    value: str

    @property
    def name(self) -> str:
        """In the form."""
        return f"set-{self.setting.name}"

    @property
    def options(self) -> list[tuple[str, bool]]:
        """Of a choice."""
        words = ("yes", "no") if self.setting.kind == "yes or no" else self.setting.options
        return [(word, word == self.value) for word in words]


@dataclass(frozen=True, slots=True)
class AskForm:
    """place: of the shape among those that the method reads. data: CSV."""

    method: Method
    door: Door
    place: int
    data: str
    columns: tuple[ColumnField, ...]
    settings: tuple[SettingField, ...]

    @property
    def shape(self) -> Shape:
        """In which the data come."""
        return self.door.shapes[self.place]

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """As they were typed."""
        return {each.column.name: tuple(_names(each)) for each in self.columns if each.value.strip()}

    @property
    def said(self) -> dict[str, Default]:
        """Settings that were typed; what is as it is anyway is left out."""
        fields = ((each.setting, each.value.strip()) for each in self.settings)
        return {setting.name: value for setting, value in fields if value and value != _told(setting.default)}

    @property
    def shapes(self) -> list[tuple[int, str, bool]]:
        """Place, title and whether it is this one."""
        return [(place, shape.title, place == self.place) for place, shape in enumerate(self.door.shapes)]

    @property
    def required(self) -> list[SettingField]:
        """Settings that must be said."""
        return [each for each in self.settings if each.setting.is_required]

    @property
    def others(self) -> list[SettingField]:
        """Settings that may stay as they are."""
        return [each for each in self.settings if not each.setting.is_required]

    @property
    def changed(self) -> bool:
        """Whether one of these was."""
        return any(each.setting.name in self.said for each in self.others)


def form_of(method: Method, door: Door, typed: Mapping[str, str] | None, *, shape: str = "") -> AskForm:
    """With the example of a shape, or with what was typed. An unknown shape is the usual one."""
    wanted = (typed or {}).get("shape", shape)
    place = int(wanted) if wanted.isdecimal() and int(wanted) < len(door.shapes) else 0
    chosen = door.shapes[place]
    if typed is None:
        roles, settings = example_roles(chosen), example_settings(door, chosen)
        typed = {f"column-{role}": ", ".join(names) for role, names in roles.items()}
        typed |= {f"set-{name}": _told(value) for name, value in settings.items()}
        typed["data"] = to_csv(chosen.example.columns)
    columns = tuple(ColumnField(each, typed.get(f"column-{each.name}", "")) for each in chosen.columns)
    known = door.settings_of(chosen)
    fields = tuple(SettingField(each, typed.get(f"set-{each.name}", _told(each.default))) for each in known)
    return AskForm(method, door, place, typed.get("data", ""), columns, fields)


def _names(field: ColumnField) -> Sequence[str]:
    if not field.column.is_several:
        return [field.value.strip()]
    return [name.strip() for name in field.value.split(",") if name.strip()]


def _told(value: Default) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
