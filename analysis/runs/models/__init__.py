"""Batches, runs, what they kept and what they said."""

from analysis.runs.models.batch import Batch
from analysis.runs.models.environment import Environment
from analysis.runs.models.kept import Artifact, Checkpoint
from analysis.runs.models.notice import Notice
from analysis.runs.models.run import Run
from analysis.runs.models.said import RunEvent
from analysis.runs.models.status import Status

__all__ = ("Artifact", "Batch", "Checkpoint", "Environment", "Notice", "Run", "RunEvent", "Status")
