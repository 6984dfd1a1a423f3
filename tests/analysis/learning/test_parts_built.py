"""Shipped components as a document puts them together: what each of them gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml

from analysis.learning.components.building import Assembly
from analysis.learning.components.graph import read_graph
from analysis.learning.data.dataset import Splits
from analysis.learning.data.loading import Loader
from analysis.learning.pipeline import assembly
from analysis.learning.running import Fold, Task
from experiments.types import JsonObject

PIPELINE = """
iris: {kind: dataset, type: sklearn_iris}
more: {kind: dataset, type: sklearn_iris}
parts:
  {kind: splits, type: split, requirements: {splits: iris}, config: {parts: {train: 100, test: 50}, stratified: true}}
two: {kind: splits, type: filter_labels, requirements: {splits: parts}, config: {keep: [1, 2]}}
named:
  kind: splits
  type: map_labels
  requirements: {splits: two}
  config: {mappings: [{previous: [1], new: 0}, {previous: [2], new: 1}]}
vectors: {kind: splits, type: one_hot_targets, requirements: {splits: named}, config: {size: 2, only: [train]}}
chosen: {kind: splits, type: view, requirements: {dataset: more}, config: {views: {few: [0, 149]}}}
both:
  kind: splits
  type: combine
  requirements: {splits: [parts, chosen]}
  config: {parts: {all: [parts.train, parts.test, chosen.few]}}
mixed: {kind: splits, type: shuffle, requirements: {splits: both}}
short: {kind: splits, type: first, requirements: {splits: mixed}, config: {rows: 10}}
held: {kind: splits, type: in_memory, requirements: {splits: vectors}}
scaled: {kind: splits, type: scale, requirements: {splits: held}, config: {divide: 2}}
batches: {kind: loaders, type: batches, requirements: {splits: scaled, sampler: order}, config: {size: 8}}
order: {kind: sampler, type: random}
net: {kind: model, type: mlp, config: {hidden: [4]}}
step: {kind: optimiser, type: adam}
trainer: {kind: trainer, type: gradient, requirements: {loaders: batches}}
"""


@pytest.fixture
def built() -> Assembly:
    return Assembly(read_graph(yaml.safe_load(PIPELINE)), {}, lambda name: 18)


def splits(built: Assembly, name: str) -> Splits:
    made = built.product(name)
    assert isinstance(made, Splits)
    return made


def sizes(built: Assembly, name: str) -> dict[str, int]:
    return {split: len(part) for split, part in splits(built, name).items()}


def test_labels_are_chosen_renamed_and_made_vectors(built: Assembly) -> None:
    vectors = splits(built, "vectors")

    assert sum(sizes(built, "two").values()) == 100
    assert set(splits(built, "named")["test"].targets.tolist()) == {0, 1}
    assert vectors["train"].targets.shape[1] == 2
    assert vectors["test"].targets.ndim == 1


def test_splits_are_combined_shuffled_and_cut_short(built: Assembly) -> None:
    assert sizes(built, "both") == {"all": 152}
    assert sizes(built, "short") == {"all": 10}
    before, after = (splits(built, name)["all"].all().samples for name in ("both", "mixed"))
    assert not np.array_equal(before, after)
    assert np.array_equal(np.sort(before, axis=0), np.sort(after, axis=0))


def test_a_component_is_made_once_for_all_that_need_it(built: Assembly) -> None:
    assert built.product("parts") is built.product("parts")
    assert splits(built, "two")["train"].samples is not splits(built, "parts")["train"].samples


def test_batches_are_dealt_of_every_split(built: Assembly) -> None:
    loaders: Any = built.product("batches")

    assert {name: type(loader) for name, loader in loaders.items()} == {"train": Loader, "test": Loader}
    [first, *_] = loaders["train"].batches(1)
    assert first.samples.max() <= 4


@pytest.mark.parametrize("fold", range(5))
def test_the_fold_of_a_run_takes_the_place_of_its_split(fold: int) -> None:
    components: JsonObject = {
        "digits": {"kind": "dataset", "type": "sklearn_digits"},
        "halves": {
            "kind": "splits",
            "type": "split",
            "requirements": {"splits": "digits"},
            "config": {"parts": {"rest": "rest", "test": 297}, "stratified": True},
        },
        "folds": {"kind": "splits", "type": "fold", "requirements": {"splits": "halves"}, "config": {"split": "rest"}},
        "model": {"kind": "estimator", "type": "estimator", "config": {"name": "GaussianNB"}},
        "trainer": {"kind": "trainer", "type": "fit", "requirements": {"splits": "folds"}},
    }
    folds: JsonObject = {"scheme": "kfold", "folds": 5, "stratified": True, "seed": 18}
    setting: JsonObject = {"components": components, "validation": folds}

    made = assembly(Task(setting, seed=5, fold=Fold(fold))).product("folds")

    assert isinstance(made, Splits)
    assert {name: len(part) for name, part in made.items()} == {"train": 1200, "validation": 300, "test": 297}
    assert all(28 <= count <= 32 for count in made["validation"].labels().values())
