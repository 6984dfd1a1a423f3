"""Sources of episodes. `recorded()` reads them; what cannot be learnt from is `NotUsable`, with its place."""

from analysis.safety.reinforcement.sources import files, played
from analysis.safety.reinforcement.sources.source import EPISODES, EpisodeSource, Recorded

__all__ = ["EPISODES", "EpisodeSource", "Recorded", "files", "played"]
