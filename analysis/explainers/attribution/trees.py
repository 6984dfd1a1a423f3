"""Shapley values of a tree or a sum of trees, exact, from its leaves.

On each leaf the game is a product: leaf l adds its value if every feature that its way asks for lets the row through.
So its share can be written down, and the trees' shares added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import ClassVar, cast

import numpy as np

from analysis.explainers.attribution.leaves import Leaves, leaves_of
from analysis.explainers.attribution.linear import is_close
from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of, weighed
from analysis.explainers.subjects import Background, Capability, Model, Reals, Sample, WithTrees
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import OneOf
from analysis.learning.members import takes
from experiments.types import JsonObject

IN_THE_SUM = "The weights add up to what the trees sum up (for boosted classes, the log-odds), not to the prediction."
LARGEST_BATCH = 4_000_000


@EXPLAINERS.register
@dataclass(frozen=True)
class TreeShap(Explainer):
    """TreeSHAP.

    Exact Shapley values of a tree or a sum of trees. `value_function` says what not knowing a feature means.
    interventional: it is drawn from the background, as for the other Shapley values. path_dependent: at a split on it,
    both ways are gone, weighed by the training rows that went there. With correlated features the two differ; an
    explanation says which it is (Lundberg et al. 2020). Values are rounded as the model rounds them.
    """

    name: ClassVar[str] = "tree_shap"
    example: ClassVar[JsonObject] = {"type": "tree_shap", "value_function": "interventional"}
    needs: ClassVar[Needs] = Needs(capabilities=frozenset({Capability.TREES}))
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})

    value_function: str = takes(
        OneOf("interventional", "path_dependent"), "What not knowing a feature means.", "interventional"
    )

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, digest = columns_of(background), background.rows, background.digest()
        trees, added = cast(WithTrees, model).trees()
        forest = [leaves_of(tree) for tree in trees]

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, prediction = row_of(sample), predicted(model, sample, target)
            output, sign = summed_output(model, len(added), explained(model, sample, target))
            base, weights = float(added[output]), np.zeros(len(row))
            for leaves in forest:
                start, shares = self._shares(leaves, row, rows, output)
                base += start
                weights[leaves.used] += shares
            base, weights = sign * base, sign * weights
            adds_up = is_close(base + float(weights.sum()), prediction.value)
            return Explanation(
                method=self.name,
                body=Attribution(weights=weighed(features, row, weights), base=base, is_additive=adds_up),
                prediction=prediction,
                parameters=self.told(),
                value_function=self.value_function,
                background=digest,
                warnings=() if adds_up else (IN_THE_SUM,),
            )

        return explain

    def _shares(self, leaves: Leaves, row: Reals, rows: Reals, output: int) -> tuple[float, Reals]:
        if self.value_function == "path_dependent":
            return path_dependent(leaves, row, output)
        return interventional(leaves, row, rows, output)


def interventional(leaves: Leaves, row: Reals, background: Reals, output: int) -> tuple[float, Reals]:
    """What the tree says of the background on average, and the shares of the features it uses, shape (m,).

    For a leaf and a background row b: U are the features on which only the row fits, V those on which only b does. If
    neither does on one, the leaf is out of reach; else each of U gets value (|U| - 1)! |V|! / (|U| + |V|)!, and each of
    V gets - value |U|! (|V| - 1)! / (|U| + |V|)!.
    """
    here = leaves.holds(row[np.newaxis])
    at_once = max(1, LARGEST_BATCH // max(1, here.size))
    table, values = _share_table(len(leaves.used)), leaves.values[:, output]
    base, shares = 0.0, np.zeros(len(leaves.used))
    for start in range(0, len(background), at_once):
        there = leaves.holds(background[start : start + at_once])
        for_it, against = here & ~there, there & ~here
        u, v = for_it.sum(axis=2), against.sum(axis=2)
        reached = (here | there).all(axis=2) * values
        base += float((there.all(axis=2) * values).sum())
        gains, losses = table[u, v] * reached, table[v, u] * reached
        shares += np.einsum("nl,nlm->m", gains, for_it) - np.einsum("nl,nlm->m", losses, against)
    return base / len(background), shares / len(background)


def _share_table(most: int) -> Reals:
    """(u - 1)! v! / (u + v)! at place u, v; 0 for u = 0, which nobody gets."""
    return np.array(
        [
            [factorial(u - 1) * factorial(v) / factorial(u + v) if u else 0.0 for v in range(most + 1)]
            for u in range(most + 1)
        ]
    )


def path_dependent(leaves: Leaves, row: Reals, output: int) -> tuple[float, Reals]:
    """The mean of the leaves by their covers, and the shares of the features that the tree uses, shape (m,).

    v(S) = sum over leaves of value x product over the features asked for of (does the row fit, if in S; else the share
    of the training rows that go that way).
    """
    fits, asks, shares = leaves.holds(row[np.newaxis])[0], leaves.asks, np.zeros(len(leaves.used))
    for leaf, value in enumerate(leaves.values[:, output]):
        asked = np.flatnonzero(asks[leaf])
        if len(asked) and value:
            shares[asked] += value * product_shares(fits[leaf, asked].astype(float), leaves.kept[leaf, asked])
    return float(leaves.expected[output]), shares


def product_shares(known: Reals, unknown: Reals) -> Reals:
    """Shapley values of v(S) = product of known over S x product of unknown over the rest; all of shape (d,).

    Player i gets (known_i - unknown_i) x sum over sizes s of s! (d - 1 - s)! / d! x e_s, where e_s is the coefficient
    of t^s in the product over the others of (unknown + known t).
    """
    d = len(known)
    shares = np.array([factorial(s) * factorial(d - 1 - s) / factorial(d) for s in range(d)])
    values = []
    for player in range(d):
        sums = np.ones(1)
        for other in range(d):
            if other != player:
                sums = np.convolve(sums, [unknown[other], known[other]])
        values.append((known[player] - unknown[player]) * float(shares @ sums))
    return np.array(values)


def summed_output(model: Model, summed: int, target: int) -> tuple[int, float]:
    """Which of the trees' sums stands for an output, and its sign: of two classes with one sum, the first has its
    opposite.
    """
    if len(model.labels) == 2 and summed == 1:
        return 0, 1.0 if target == 1 else -1.0
    return target, 1.0
