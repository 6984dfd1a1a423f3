"""What can be read off a trained model besides its predictions, in the scale that samples have before any preparing."""

from analysis.explainers.opening.insides import Opened, opened

__all__ = ["Opened", "opened"]
