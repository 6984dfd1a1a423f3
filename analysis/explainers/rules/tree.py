"""A shallow tree that imitates a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from analysis.explainers.bodies import Node, Tree
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.rules.heldout import is_held_out
from analysis.explainers.saying import predicted, row_of
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.data.features import Feature, FeatureKind
from analysis.learning.members import takes
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class SurrogateTree(Explainer):
    """A shallow decision tree that says nearly what the model says, and the way that the sample takes through it.

    Grown on the model's own answers for the background: probabilities for classes (half the Gini impurity where they
    are 0 or 1), numbers otherwise. A category parts one value from the others. The fidelity is measured on rows held
    out: the share of the same class, or R² (Craven and Shavlik 1996).
    """

    name: ClassVar[str] = "surrogate_tree"
    example: ClassVar[JsonObject] = {"type": "surrogate_tree", "depth": 2}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"tree"})

    depth: int = takes(Whole(1, 8), "Questions from the root to a leaf, at most.", 3)
    leaf: float = takes(Real(0, 0.5), "Least share of the background in a leaf.", 0.03)
    pruning: float = takes(Real(0, 1), "Impurity that a leaf must save (cost-complexity); 0: no pruning.", 0.0)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, outputs = columns_of(background), background.rows, model.outputs(background.rows)
        questions = questions_of(features, rows)
        tree, digest = self._grown(asked(questions, rows), outputs), background.digest()
        nodes = nodes_of(tree, questions, features)
        fidelity = self._fidelity(asked(questions, rows), outputs, bool(model.labels))

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            path = tree.decision_path(asked(questions, row_of(sample)[np.newaxis])).indices
            return Explanation(
                method=self.name,
                body=Tree(nodes=nodes, labels=model.labels, path=tuple(int(node) for node in path)),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                background=digest,
                fidelity=fidelity,
                fidelity_name="agreement on rows held out" if model.labels else "R² on rows held out",
            )

        return explain

    def _grown(self, design: Reals, outputs: Reals) -> Any:
        from sklearn.tree import DecisionTreeRegressor

        leaf = max(1, int(np.ceil(self.leaf * len(design) - 1e-9)))
        tree = DecisionTreeRegressor(
            max_depth=self.depth, min_samples_leaf=leaf, ccp_alpha=self.pruning, random_state=0
        )
        return tree.fit(design, outputs)

    def _fidelity(self, design: Reals, outputs: Reals, is_of_classes: bool) -> float:
        out = is_held_out(len(design))
        asked_ = out if out.any() else ~out
        said = self._grown(design[~out], outputs[~out]).predict(design[asked_]).reshape(int(asked_.sum()), -1)
        theirs = outputs[asked_]
        if is_of_classes:
            return float((said.argmax(axis=1) == theirs.argmax(axis=1)).mean())
        total = float(((theirs - theirs.mean(axis=0)) ** 2).sum())
        return 1.0 - float(((theirs - said) ** 2).sum()) / total if total > 1e-24 else 1.0


Question = tuple[int, float | None]
"""A column that the tree may ask for: a feature's place, and of a category the value that it is asked about."""


def questions_of(features: tuple[Feature, ...], rows: Reals) -> tuple[Question, ...]:
    """One for each feature, of a category one for each value that the rows have."""
    made: list[Question] = []
    for place, feature in enumerate(features):
        if feature.kind is FeatureKind.CATEGORY:
            made.extend((place, float(value)) for value in np.unique(rows[:, place]))
        else:
            made.append((place, None))
    return tuple(made)


def asked(questions: tuple[Question, ...], rows: Reals) -> Reals:
    """shape (n, questions): the value, or 0 where the category is the one asked about and 1 where it is another."""
    columns = [rows[:, place] if value is None else rows[:, place] != value for place, value in questions]
    return np.column_stack(columns).astype(np.float64)


def nodes_of(tree: Any, questions: tuple[Question, ...], features: tuple[Feature, ...]) -> tuple[Node, ...]:
    """Its nodes, root first, as an explanation shows them; a row of the category asked about goes left."""
    grown = tree.tree_
    return tuple(
        Node(
            value=tuple(float(value) for value in grown.value[node, :, 0]),
            n=float(grown.n_node_samples[node]),
            **_split(grown, node, questions, features),
        )
        for node in range(grown.node_count)
    )


def _split(grown: Any, node: int, questions: tuple[Question, ...], features: tuple[Feature, ...]) -> dict[str, Any]:
    if grown.children_left[node] < 0:
        return {}
    place, value = questions[grown.feature[node]]
    ways = {"feature": features[place].name, "left": int(grown.children_left[node])}
    ways["right"] = int(grown.children_right[node])
    if value is None:
        return {**ways, "threshold": float(grown.threshold[node])}
    return {**ways, "among": (str(features[place].readable(value)),)}
