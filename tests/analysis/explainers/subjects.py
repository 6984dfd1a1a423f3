"""Small models whose answers one can compute by hand, for every modality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.explainers.subjects import Background, Capability, GrownTree, Modality, Model, Reals, Sample, Task
from analysis.learning.data.features import Feature
from analysis.learning.digests import digest_of


@dataclass(frozen=True)
class Linear:
    """score = weights @ row + intercept; a number, or by the logistic function the probability of "yes"."""

    weights: tuple[float, ...] = (2.0, -3.0, 0.5)
    intercept: float = 1.0
    task: Task = Task.REGRESSION
    modality: Modality = Modality.TABULAR

    @property
    def labels(self) -> tuple[str, ...]:
        return ("no", "yes") if self.task is Task.BINARY else ()

    @property
    def digest(self) -> str:
        return digest_of([*self.weights, self.intercept, str(self.task)])

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset({Capability.COEFFICIENTS, Capability.GRADIENTS, Capability.PROBABILITIES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        scores = np.asarray(samples, dtype=float) @ np.array(self.weights) + self.intercept
        if self.task is Task.REGRESSION:
            return np.asarray(scores[:, np.newaxis])
        yes = 1 / (1 + np.exp(-scores))
        return np.column_stack([1 - yes, yes])

    def coefficients(self) -> tuple[Reals, Reals]:
        return np.array([self.weights]), np.array([self.intercept])

    def gradients(self, samples: Reals, target: int) -> Reals:
        slope = np.broadcast_to(np.array(self.weights), np.asarray(samples).shape).copy()
        if self.task is Task.REGRESSION:
            return np.asarray(slope)
        yes = self.outputs(samples)[:, 1:]
        slope *= yes * (1 - yes) * (1 if target == 1 else -1)
        return np.asarray(slope)


@dataclass(frozen=True)
class Words:
    """0.5 + 0.3 if the text has "good" - 0.2 if it has "awful": the probability of "liked"."""

    labels: tuple[str, ...] = ("disliked", "liked")
    modality: Modality = Modality.TEXT
    task: Task = Task.BINARY
    digest: str = "0" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.PROBABILITIES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        words = [set(str(text).lower().split()) for text in samples]
        liked = np.array([0.5 + 0.3 * ("good" in has) - 0.2 * ("awful" in has) for has in words])
        return np.column_stack([1 - liked, liked])


@dataclass(frozen=True)
class Bright:
    """The brightness of one pixel of an 8 x 8 image, from 0 to 1: the number that is predicted."""

    row: int = 2
    column: int = 5
    labels: tuple[str, ...] = ()
    modality: Modality = Modality.IMAGE
    task: Task = Task.REGRESSION
    digest: str = "1" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.GRADIENTS})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        return np.asarray(samples, dtype=float)[:, self.row, self.column, np.newaxis]

    def gradients(self, samples: Reals, target: int) -> Reals:
        slopes = np.zeros_like(np.asarray(samples, dtype=float))
        slopes[:, self.row, self.column] = 1.0
        return slopes


def stump(feature: int, threshold: float, values: tuple[float, float], covers: tuple[float, float]) -> GrownTree:
    """values, covers: of the left leaf and of the right one."""
    return GrownTree(
        features=np.array([feature, -1, -1]),
        thresholds=np.array([threshold, 0.0, 0.0]),
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        values=np.array([[float(np.average(values, weights=covers))], *([value] for value in values)]),
        covers=np.array([sum(covers), *covers]),
    )


@dataclass(frozen=True, eq=False)
class Orchard:
    """The sum of trees, each walked from its root: a number."""

    grown: tuple[GrownTree, ...]
    added: float = 0.0
    labels: tuple[str, ...] = ()
    modality: Modality = Modality.TABULAR
    task: Task = Task.REGRESSION
    digest: str = "2" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.TREES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        return np.array([[self.added + sum(_walked(tree, row) for tree in self.grown)] for row in np.asarray(samples)])

    def trees(self) -> tuple[tuple[GrownTree, ...], Reals]:
        return self.grown, np.array([self.added])


def _walked(tree: GrownTree, row: Reals) -> float:
    node = 0
    while tree.features[node] >= 0:
        value = row[tree.features[node]]
        rounded = float(np.float32(value)) if tree.is_single_precision else float(value)
        node = int((tree.left if rounded <= tree.thresholds[node] else tree.right)[node])
    return float(tree.values[node, 0]) * tree.scale


RANDOM = np.random.default_rng(18)
FEATURES = tuple(Feature(name=name) for name in ("rooms", "age", "distance"))
TABLE = Background(RANDOM.normal(size=(60, 3)), FEATURES, targets=(RANDOM.random(60) < 0.5).astype(float))
TEXTS = Background(("good film", "awful film", "a film", "good but awful"), targets=np.array([1.0, 0.0, 0.0, 1.0]))
IMAGES = Background(RANDOM.random((12, 8, 8)), targets=(RANDOM.random(12) < 0.5).astype(float))
ORCHARD = Orchard((stump(0, 0.1, (1.0, 3.0), (32, 28)), stump(2, -0.5, (-1.0, 0.5), (20, 40))), added=0.25)

SUBJECTS: dict[str, tuple[Model, Background, Sample]] = {
    "number": (Linear(), TABLE, TABLE.rows[3]),
    "class": (Linear(task=Task.BINARY), TABLE, TABLE.rows[3]),
    "trees": (ORCHARD, TABLE, TABLE.rows[3]),
    "text": (Words(), TEXTS, "good film but awful"),
    "image": (Bright(), IMAGES, IMAGES.rows[3]),
}
