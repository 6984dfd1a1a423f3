"""Sources of episodes. `recorded()` reads them; what cannot be learnt from is `NotUsable`, with its place."""

from analysis.safety.reinforcement.source import EPISODES, EpisodeSource, Recorded
from analysis.safety.reinforcement.sources import files, played

__all__ = ["EPISODES", "EpisodeSource", "Recorded", "files", "played"]
