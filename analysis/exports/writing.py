"""What is being written."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.exports.formats import Format
from analysis.exports.options import Options
from analysis.exports.tally import Tally
from experiments.models import Experiment


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written of which experiment, and how far it has come."""

    experiment: Experiment
    format: Format
    options: Options
    tally: Tally = field(default_factory=Tally)
