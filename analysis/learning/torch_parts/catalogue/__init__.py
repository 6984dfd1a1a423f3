"""What a document may name of torch's, declared without importing torch: web processes read it, workers build."""

from analysis.learning.torch_parts.catalogue import (
    losses,
    models,
    optimisers,
    post_processors,
    schedules,
    trainers,
)

__all__ = ["losses", "models", "optimisers", "post_processors", "schedules", "trainers"]
