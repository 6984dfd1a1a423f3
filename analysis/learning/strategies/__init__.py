"""When to stop and what to keep: strategies, found by name. To add one, see ``members``; a trainer uses ``Course``."""

from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.course import Course, KnowsPeers, Next
from analysis.learning.strategies.history import Epoch, Watched, figure_key
from analysis.learning.strategies.last import Last
from analysis.learning.strategies.patience import Patience
from analysis.learning.strategies.stopping import STOPPING, Peers, Stopping
from experiments.problems import Path
from experiments.types import Json

__all__ = [
    "CHECKPOINTING",
    "STOPPING",
    "Checkpointing",
    "Course",
    "Epoch",
    "KnowsPeers",
    "Last",
    "Next",
    "Patience",
    "Peers",
    "Stopping",
    "Watched",
    "figure_key",
    "parse_checkpoints",
    "parse_stopping",
]


def parse_stopping(spec: Json, path: Path = ("stopping",)) -> Stopping | None:
    """What a document says under ``stopping``; null: run to the end. ComponentError with every fault."""
    return None if spec is None else STOPPING.parse(spec, path)


def parse_checkpoints(spec: Json, path: Path = ("checkpoints",)) -> Checkpointing:
    """What a document says under ``checkpoints``; null: keep the newest. ComponentError with every fault."""
    return Last() if spec is None else CHECKPOINTING.parse(spec, path)
