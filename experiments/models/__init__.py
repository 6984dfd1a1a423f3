"""What is compared, and the record of what happened."""

from experiments.models.access import ApiToken, Membership, Role
from experiments.models.design import Arm, Factor, Measure, Step, StimulusSet
from experiments.models.experiment import TRANSITIONS, Experiment, Status, UnitKind, Version
from experiments.models.idempotency import IdempotentRequest
from experiments.models.record import Assignment, Event, Measurement, Slot, Unit
from experiments.models.study import ConsentDocument, Study

__all__ = (
    "TRANSITIONS",
    "ApiToken",
    "Arm",
    "Assignment",
    "ConsentDocument",
    "Event",
    "Experiment",
    "Factor",
    "IdempotentRequest",
    "Measure",
    "Measurement",
    "Membership",
    "Role",
    "Slot",
    "Status",
    "Step",
    "StimulusSet",
    "Study",
    "Unit",
    "UnitKind",
    "Version",
)
