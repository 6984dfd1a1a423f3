"""Batches of the shipped example files."""

from __future__ import annotations

from typing import cast

import yaml
from django.utils import timezone

from analysis.runs.models import Batch
from analysis.runs.services.queueing import Order, create_batch
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.runs.queueing import queue_missing
from tests.factories import make_experiment


def example(name: str, **changes: object) -> JsonObject:
    """A document of examples/runs, with parts of it changed."""
    read = yaml.safe_load((BASE / "examples" / "runs" / f"{name}.yaml").read_text())
    return cast("JsonObject", {**read, **changes})


def batch_of(document: JsonObject) -> Batch:
    """With what it asks for queued."""
    epochs, seed = cast("int", document.get("epochs", 1)), cast("int", document["seed"])
    measure = cast("JsonObject", document["measure"])
    direction = "up" if measure["direction"] == "maximise" else "down"
    primary = {"name": measure["name"], "kind": "number", "role": "primary", "direction": direction}
    experiment = make_experiment(unit_kind="run", steps=[], measures=[primary])
    order = Order(f"example-{Batch.objects.count() + 1}", "pipeline", document, epochs=epochs, seed=seed)
    batch = create_batch(experiment, order, now=timezone.now())
    queue_missing(batch, now=timezone.now())
    return Batch.objects.get(pk=batch.pk)
