"""When to stop and what to keep: strategies, found by name. To add one, see ``members``; a trainer uses ``Course``."""

from analysis.learning.strategies.any_of import AnyOf
from analysis.learning.strategies.best import Best
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.course import Course, Figures, KnowsPeers, Next
from analysis.learning.strategies.every import Every
from analysis.learning.strategies.final import Final
from analysis.learning.strategies.history import Epoch, Watched, figure_key
from analysis.learning.strategies.last import Last
from analysis.learning.strategies.last_k_improvement import LastKImprovement
from analysis.learning.strategies.median import Median
from analysis.learning.strategies.not_finite import NotFinite
from analysis.learning.strategies.patience import Patience
from analysis.learning.strategies.stopping import STOPPING, Peers, Stopping
from analysis.learning.strategies.threshold import Threshold
from analysis.learning.strategies.together import Together
from experiments.problems import Path
from experiments.types import Json

__all__ = [
    "CHECKPOINTING",
    "STOPPING",
    "AnyOf",
    "Best",
    "Checkpointing",
    "Course",
    "Epoch",
    "Every",
    "Figures",
    "Final",
    "KnowsPeers",
    "Last",
    "LastKImprovement",
    "Median",
    "Next",
    "NotFinite",
    "Patience",
    "Peers",
    "Stopping",
    "Threshold",
    "Together",
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
