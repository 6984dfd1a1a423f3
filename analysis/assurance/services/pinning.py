"""An arm comes to serve a model: its payload pins the run, the file and the data. It goes live by publishing, gated."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from analysis.assurance.errors import Withdrawn
from analysis.assurance.models import SafetyTest
from analysis.assurance.served import KEY, Served
from experiments.errors import Unknown
from experiments.models import Arm, Experiment
from experiments.services.copying import note_edit
from experiments.services.editing import require_editable


@transaction.atomic
def pin_model(experiment: Experiment, arm: str, test: SafetyTest) -> Arm:
    """Put the model of a standing test into the arm's payload; what else the payload says stays. Twice changes nothing.

    Unknown for another study's experiment or no such arm, Withdrawn for a test that does not vouch, Frozen if it is
    over.
    """
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    test = SafetyTest.objects.select_related("run__batch__experiment").get(pk=test.pk)
    if test.run.batch.experiment.study_id != locked.study_id:
        raise Unknown("This model was trained in another study.", hint="Train it in the study of the experiment.")
    if not test.vouches:
        hint = "Serve a model whose safety test passed and stands."
        raise Withdrawn("Nothing vouches for this model: its safety test does not stand.", hint=hint)
    row = Arm.objects.filter(experiment=locked, name=arm).first()
    if row is None:
        known = ", ".join(Arm.objects.filter(experiment=locked).values_list("name", flat=True)) or "none"
        raise Unknown(f"There is no arm “{arm}”.", hint=f"Arms: {known}.")
    pin = Served(arm, test.run.uuid, test.model_sha256, test.data_sha256).as_payload()
    payload = row.payload if isinstance(row.payload, Mapping) else {}
    if payload.get(KEY) != pin:
        row.payload = {**payload, KEY: pin}
        row.save(update_fields=["payload"])
        note_edit(locked, what=f"model of arm {arm}")
    return row
