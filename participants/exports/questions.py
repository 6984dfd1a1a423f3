"""What a question asks, read from its props as the study file has them: references may still be in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from analysis.exports.questions import Asked, Part
from experiments.blueprint import ComponentSpec
from experiments.types import Json, JsonObject

OPEN = Asked((Part("", ""),), is_open=True)


def asked(component: ComponentSpec, language: str) -> Asked:
    """The parts of a question, as `Question.measurements` names them."""
    return _asked(component.kind, component.props, language)


def _asked(kind: str, props: JsonObject, language: str) -> Asked:
    read = READERS.get(kind, _single)
    return read(props, language)


def _single(props: JsonObject, language: str) -> Asked:
    return Asked((_whole(props, language),))


def _whole(props: JsonObject, language: str) -> Part:
    return Part(
        "",
        _text(props.get("label"), language),
        unit=_text(props.get("unit"), language),
        low=_number(props.get("min")),
        high=_number(props.get("max")),
        options=_options(props.get("options"), language),
    )


def _slider(props: JsonObject, language: str) -> Asked:
    return _single({"min": 0, "max": 100, **props}, language)


def _free_text(props: JsonObject, language: str) -> Asked:
    return Asked((replace(_whole(props, language), holds_free_text=True),))


def _choice(props: JsonObject, language: str) -> Asked:
    whole = _whole(props, language)
    if not props.get("other"):
        return Asked((whole,))
    other = _text(props.get("other"), language)
    options = (*whole.options, {"value": "other", "label": other})
    return Asked((replace(whole, options=options), Part("other", f"{whole.question} {other}", holds_free_text=True)))


def _pairwise(props: JsonObject, language: str) -> Asked:
    sides = [side for side in (props.get("a"), props.get("b")) if isinstance(side, Mapping)]
    tie: list[Json] = [{"value": "tie", "label": props.get("tie")}] if props.get("tie") else []
    whole = replace(_whole(props, language), options=_options([*sides, *tie], language))
    return Asked((whole, Part("side", "On which side it stood.", options=("left", "right", "none"))))


def _likert(props: JsonObject, language: str) -> Asked:
    scale = _scale(props.get("scale"), language)
    values = [option["value"] for option in scale if isinstance(option["value"], int | float)]
    whole = replace(
        _whole(props, language), options=tuple(scale), low=min(values, default=None), high=max(values, default=None)
    )
    rows = props.get("rows")
    if isinstance(rows, str):
        return OPEN
    named = [row for row in _listed(rows) if isinstance(row, Mapping)]
    parts = (
        replace(whole, name=str(row.get("name")), question=f"{whole.question} {_text(row.get('label'), language)}")
        for row in named
    )
    return Asked(tuple(parts) or (whole,))


def _survey(props: JsonObject, language: str) -> Asked:
    fields = props.get("fields")
    if isinstance(fields, str):
        return OPEN
    return Asked(tuple(part for entry in _listed(fields) for part in _field_parts(entry, language)))


def _field_parts(entry: Json, language: str) -> Iterator[Part]:
    if isinstance(entry, Mapping):
        props = entry.get("props")
        inner = _asked(str(entry.get("kind")), props if isinstance(props, Mapping) else {}, language)
        for part in inner.parts:
            yield replace(part, name=f"{entry.get('name')}.{part.name}" if part.name else str(entry.get("name")))


def _jspsych(props: JsonObject, language: str) -> Asked:
    return replace(OPEN, parts=(Part("", _text(props.get("label"), language)),))


READERS: dict[str, Callable[[JsonObject, str], Asked]] = {
    "slider": _slider,
    "free_text": _free_text,
    "choice": _choice,
    "pairwise": _pairwise,
    "likert": _likert,
    "survey": _survey,
    "jspsych": _jspsych,
}


def _options(value: Json, language: str) -> tuple[Json, ...]:
    """[{"value", "label"}]; nothing where a reference stands."""
    return tuple(_option(entry, language) for entry in _listed(value))


def _option(entry: Json, language: str) -> Json:
    if not isinstance(entry, Mapping):
        return {"value": entry, "label": _text(entry, language)}
    return {"value": entry.get("value"), "label": _text(entry.get("label", entry.get("value")), language)}


def _scale(value: Json, language: str) -> list[dict[str, Json]]:
    """Points without a value count from 1."""
    points: list[dict[str, Json]] = []
    for position, entry in enumerate(_listed(value), start=1):
        is_long = isinstance(entry, Mapping) and "label" in entry
        point = cast(JsonObject, entry) if is_long else {"label": entry}
        given = point.get("value")
        label = _text(point.get("label"), language)
        points.append({"value": position if given is None else given, "label": label})
    return points


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _text(value: Json, language: str) -> str:
    """The text in that language; references stay as they are written."""
    if isinstance(value, Mapping):
        return str(value.get(language) or next(iter(value.values()), ""))
    return "" if value is None else str(value)


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
