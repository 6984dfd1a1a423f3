"""The forms on a batch's page: more epochs, and how it is treated. A form checks shape, a service does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from analysis.runs.models import Batch, Status
from analysis.runs.services import steering, warming
from analysis.runs.services.steering import Limits
from analysis.runs.tasks import wake_for
from analysis.runs.telling import counted
from experiments.access import Right
from experiments.console import has_right
from experiments.console.refusals import refused
from experiments.errors import Refusal

LARGEST = 2**31 - 1
MOST_EPOCHS = 10_000_000


class EpochsForm(forms.Form):
    """A new total."""

    epochs = forms.IntegerField(
        min_value=1, max_value=MOST_EPOCHS, label="Epochs in total", help_text="More than the runs have by now."
    )


class LimitsForm(forms.Form):
    """As the API's: what is left empty has no limit."""

    priority = forms.IntegerField(
        min_value=-steering.MOST_URGENT,
        max_value=steering.MOST_URGENT,
        help_text="Higher goes first, also before other batches.",
    )
    time_limit = forms.IntegerField(
        min_value=1, max_value=LARGEST, required=False, label="Seconds", help_text="Of one attempt. Empty: no limit."
    )
    memory_limit = forms.IntegerField(
        min_value=64, max_value=LARGEST, required=False, label="MiB", help_text="Of the worker. Empty: no limit."
    )
    max_attempts = forms.IntegerField(
        min_value=1, max_value=100, label="Attempts", help_text="At a run whose worker dies, the first one counted."
    )


def forms_of(request: HttpRequest, batch: Batch) -> dict[str, forms.Form]:
    """Those that the visitor may send: by deed."""
    if not has_right(request, Right.RUN, batch.experiment.study_id):
        return {}
    now = {name: getattr(batch, name) for name in LimitsForm.base_fields}
    found: dict[str, forms.Form] = {"limits": LimitsForm(initial=now)}
    if batch.runs.filter(status=Status.COMPLETED).exists():
        found["warm-start"] = EpochsForm(initial={"epochs": 2 * batch.epochs})
    return found


def carry_out(request: HttpRequest, batch: Batch, deed: str) -> None:
    """One service, one sentence; what was typed wrong is named, and nothing is changed."""
    if not has_right(request, Right.RUN, batch.experiment.study_id):
        messages.error(request, f"“{batch}”: your role does not include this. Ask an owner.")
        return
    kind, do = DEEDS[deed]
    form = kind(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label or name.capitalize()}: {' '.join(map(str, errors))}")
        return
    try:
        said = do(batch, cast("Mapping[str, int | None]", form.cleaned_data))
    except Refusal as refusal:
        refused(request, refusal, about=f"“{batch}”")
    else:
        wake_for(batch)
        messages.success(request, f"“{batch}”: {said}")


def _warm_start(batch: Batch, sent: Mapping[str, int | None]) -> str:
    epochs = sent["epochs"] or 0
    runs = warming.warm_start_batch(batch, epochs=epochs, now=timezone.now())
    if not runs:
        return f"all of its runs go on to {epochs:,} epochs already."
    return f"{counted(len(runs), 'run')} queued, to go on to {epochs:,} epochs."


def _limit(batch: Batch, sent: Mapping[str, int | None]) -> str:
    now = timezone.now()
    steering.set_priority(batch, sent["priority"] or 0, now=now)
    limits = {name: sent[name] for name in Limits.__slots__}
    if limits != {name: getattr(batch, name) for name in limits}:
        steering.set_limits(batch, Limits(**cast("dict[str, int]", limits)), now=now)
    return "priority and limits are as you wrote; limits hold for attempts that begin from now on."


Deed = Callable[[Batch, Mapping[str, int | None]], str]
DEEDS: Mapping[str, tuple[type[forms.Form], Deed]] = {
    "warm-start": (EpochsForm, _warm_start),
    "limits": (LimitsForm, _limit),
}
