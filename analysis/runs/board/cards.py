"""A model card: what was trained, on what, how well, where, and how to do it again. From the record alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.runs.board.parameters import as_text, leaves
from analysis.runs.board.series import finite
from analysis.runs.measure import Goal
from analysis.runs.models import Run
from experiments.blueprint import json_object
from experiments.types import Json, JsonObject

MOST_LABELS = 30
MACHINE = ("system", "release", "machine", "processor", "cores", "memory_mib", "python", "threads")


@dataclass(frozen=True, slots=True)
class Share:
    """A label of a split. share: in percent of its rows."""

    label: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Split:
    """rows: how many; None: nobody said. share: in percent of all splits."""

    name: str
    rows: int | None
    share: float | None
    dataset: str
    labels: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the pipeline. needs: slot and the component in it."""

    name: str
    kind: str
    type: str
    needs: tuple[tuple[str, str], ...]
    config: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything on it. parameters: of the model, counted by the worker; None: it has none, or nobody counted."""

    title: str
    run: Run
    experiment: str
    study: str
    goal: Goal
    trained_at: datetime | None
    parameters: int | None
    model: tuple[tuple[str, str], ...]
    setting: tuple[tuple[str, str], ...]
    components: tuple[Component, ...]
    splits: tuple[Split, ...]
    figures: tuple[tuple[str, tuple[str, ...]], ...]
    figure_splits: tuple[str, ...]
    machine: tuple[tuple[str, str], ...]
    devices: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]
    code: str
    description: str

    @property
    def is_final(self) -> bool:
        """Whether the run is over, and the card says it all."""
        return self.run.status == Run.Status.COMPLETED


def card_of(run: Run) -> Card:
    """No query, if the run came with its batch, experiment, study and environment."""
    batch, result = run.batch, json_object(run.result)
    described = json_object(run.environment.description) if run.environment else {}
    model = json_object(result.get("model"))
    splits, figures = _figures(run)
    document = json_object(batch.document)
    info = json_object(document.get("model_info"))
    return Card(
        title=str(info.get("title") or f"{batch} · run {run.number}"),
        run=run,
        experiment=batch.experiment.title,
        study=batch.experiment.study.title,
        goal=Goal.of(batch),
        trained_at=run.finished_at,
        parameters=_whole(model.get("parameters")),
        model=tuple((name, as_text(value)) for name, value in model.items() if name != "parameters"),
        setting=tuple((".".join(str(part) for part in path), as_text(value)) for path, value in leaves(run.setting)),
        components=tuple(_components(json_object(run.setting).get("components"))),
        splits=tuple(_splits(json_object(result.get("splits")))),
        figures=figures,
        figure_splits=splits,
        machine=tuple((name, as_text(described[name])) for name in MACHINE if described.get(name) not in (None, "")),
        devices=tuple(_devices(described.get("devices"))),
        packages=tuple((name, str(version)) for name, version in json_object(described.get("packages")).items()),
        code=_code(json_object(described.get("code"))),
        description=str(info.get("description") or document.get("description") or ""),
    )


def _splits(splits: JsonObject) -> Iterator[Split]:
    rows = {name: _whole(json_object(card).get("rows")) for name, card in splits.items()}
    total = sum(n for n in rows.values() if n)
    for name, card in splits.items():
        n = rows[name]
        yield Split(
            name,
            n,
            round(100 * n / total, 1) if n and total else None,
            str(json_object(card).get("name") or ""),
            tuple(_labels(json_object(card).get("labels"))),
        )


def _labels(labels: Json) -> Iterator[Share]:
    """From {label: n}, or [[label, n], …]."""
    pairs = [*labels.items()] if isinstance(labels, Mapping) else labels
    counts = []
    for pair in pairs if isinstance(pairs, list) else []:
        match pair:
            case (label, int(n)) | [label, int(n)]:
                counts.append((as_text(label), n))
    total = sum(n for _, n in counts) or 1
    for label, n in counts[:MOST_LABELS]:
        yield Share(label, n, round(100 * n / total, 1))


def _components(components: Json) -> Iterator[Component]:
    for name, spec in json_object(components).items():
        given = json_object(spec)
        needs = given.get("requirements")
        yield Component(
            name,
            str(given.get("kind", "")),
            str(given.get("type", "")),
            tuple(
                (str(json_object(need).get("name", "")), str(json_object(need).get("component", "")))
                for need in (needs if isinstance(needs, list) else [])
            ),
            tuple(
                (".".join(str(part) for part in path), as_text(value))
                for path, value in leaves(given.get("config", {}))
                if path
            ),
        )


def _figures(run: Run) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """(splits, rows of (name, value in each split))."""
    latest = {split: json_object(values) for split, values in json_object(run.latest).items()}
    names = list(dict.fromkeys(name for values in latest.values() for name in values))
    rows = tuple((name, tuple(_figure(values.get(name)) for values in latest.values())) for name in names)
    return tuple(latest), rows


def _figure(value: Json) -> str:
    number = finite(value)
    return f"{number:.4f}" if number is not None else "–" if value is None else as_text(value)  # noqa: RUF001 (a dash)


def _devices(devices: Json) -> Iterator[str]:
    for device in devices if isinstance(devices, list) else []:
        known = json_object(device)
        yield f"{known.get('name', 'device')}, {known.get('memory_mib', '?')} MiB"


def _code(code: JsonObject) -> str:
    if not code.get("revision"):
        return ""
    return f"{code['revision']}{', with changes that are in no revision' if code.get('is_changed') else ''}"


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
