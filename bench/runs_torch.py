"""What an epoch of a torch run costs, beside loops that somebody would write by hand. Run by `make bench-runs-torch`.

Scikit-learn's digits, 1050 / 450 / 297 rows, an MLP 64-64-10, batches of 32: 33 steps of SGD and 58 batches of
evaluation an epoch, three metrics on three splits, one checkpoint on disk. Every loop does all of that. CPU seconds of
the process (one thread), median over repeats that take turns, so that what else the machine does meets all alike.

  held       our trainer, a split as tensors (what it does with up to 256 MiB)
  streamed   our trainer, every batch read through torch's DataLoader
  loader     by hand: TensorDataset and DataLoader, scikit-learn's metrics, torch.save
  tensors    by hand: batches cut from tensors, the same metrics, torch.save
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from analysis.learning.data.dataset import dataset
from analysis.learning.data.loading import Loader
from analysis.learning.data.samplers import Random
from analysis.learning.metrics import figures_of, parse_metrics
from analysis.learning.running import State, Task
from analysis.learning.states import write_state
from analysis.learning.torch_parts import batches
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.optimisers import Optimiser
from analysis.learning.torch_parts.passing import Quiet
from analysis.learning.torch_parts.settings import Settings
from analysis.learning.torch_parts.trainer import TorchTrainer
from analysis.learning.training.measuring import LOSS

SIZE, HIDDEN, RATE = 32, 64, 0.1
Splits = dict[str, tuple[Any, Any]]


class ToDisk(Quiet):
    """Keeps the newest checkpoint, as a worker would."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "state.safetensors"

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        """Write it."""
        with open(self.file, "wb") as file:
            write_state(file, state)


def digits() -> Splits:
    """The scenario of the notes."""
    samples, labels = load_digits(return_X_y=True)
    samples = (samples / 16).astype(np.float32)
    learn, test, learnt, tested = train_test_split(samples, labels, test_size=297, random_state=0, stratify=labels)
    return {
        "train": (learn[:1050], learnt[:1050]),
        "validation": (learn[1050:], learnt[1050:]),
        "test": (test, tested),
    }


def ours(splits: Splits, folder: Path, *, held: bool) -> Callable[[int], object]:
    """Our trainer; `held`: splits as tensors."""
    parts = {name: dataset(samples, labels) for name, (samples, labels) in splits.items()}
    loaders = {name: Loader(part, SIZE, Random(5)) for name, part in parts.items()}
    model = ModelPlan("torch_mlp", {"hidden": [HIDDEN], "activation": "relu"}, 1)
    measures = figures_of(parse_metrics(["f1_macro", "precision_macro", "recall_macro"]))
    trainer = TorchTrainer(
        loaders, model, None, Optimiser("SGD", {"lr": RATE}), 7, measures=measures, settings=Settings(threads=1)
    )

    def train(epochs: int) -> object:
        limit, batches.HELD_BYTES = batches.HELD_BYTES, batches.HELD_BYTES if held else 0
        try:
            return trainer.train(Task({}, seed=1, epochs=epochs), ToDisk(folder))["measured"]
        finally:
            batches.HELD_BYTES = limit

    return train


def by_hand(splits: Splits, folder: Path, *, loader: bool) -> Callable[[int], object]:
    """As in a tutorial; `loader`: with DataLoader, else batches cut from tensors."""
    held = {name: (torch.from_numpy(x), torch.from_numpy(y)) for name, (x, y) in splits.items()}

    def batched(name: str, *, shuffle: bool) -> Any:
        samples, labels = held[name]
        if loader:
            return DataLoader(TensorDataset(samples, labels), SIZE, shuffle=shuffle)
        order = torch.randperm(len(labels)) if shuffle else torch.arange(len(labels))
        return [(samples[part], labels[part]) for part in order.split(SIZE)]

    def train(epochs: int) -> object:
        torch.manual_seed(1)
        model = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10))
        optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
        cross_entropy = nn.CrossEntropyLoss()
        found: dict[str, dict[str, float]] = {}
        for _ in range(epochs):
            model.train()
            for samples, labels in batched("train", shuffle=True):
                optimiser.zero_grad()
                cross_entropy(model(samples), labels).backward()
                optimiser.step()
            model.eval()
            with torch.no_grad():
                found = {name: evaluated(model, batched(name, shuffle=False)) for name in held}
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict()}, folder / "plain.pt")
        return found

    return train


def evaluated(model: nn.Module, batches_of: Any) -> dict[str, float]:
    """Loss and metrics of a split."""
    total, predicted, wanted = 0.0, [], []
    for samples, labels in batches_of:
        logits = model(samples)
        total += float(nn.functional.cross_entropy(logits, labels, reduction="sum"))
        predicted.append(logits.argmax(dim=1))
        wanted.append(labels)
    guessed, true = torch.cat(predicted).numpy(), torch.cat(wanted).numpy()
    scores = {"f1_macro": f1_score, "precision_macro": precision_score, "recall_macro": recall_score}
    return {LOSS: total / len(true)} | {
        name: float(score(true, guessed, average="macro", zero_division=0)) for name, score in scores.items()
    }


def cost(train: Callable[[int], object], epochs: int) -> float:
    """CPU milliseconds of an epoch, what a run costs besides left out: the difference of two lengths."""
    spent = []
    for length in (1, epochs + 1):
        before = time.process_time()
        train(length)
        spent.append(time.process_time() - before)
    return (spent[1] - spent[0]) / epochs * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="figures for a script")
    options = parser.parse_args()
    torch.set_num_threads(1)
    splits = digits()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loops = {
            "held": ours(splits, folder, held=True),
            "streamed": ours(splits, folder, held=False),
            "loader": by_hand(splits, folder, loader=True),
            "tensors": by_hand(splits, folder, loader=False),
        }
        figures = measured(loops, options.epochs, options.repeats)
        learnt = {name: loop(10) for name, loop in loops.items()}
    if options.json:
        print(json.dumps({"milliseconds": figures, "after_10_epochs": learnt}))
        return
    tell(figures)


def measured(loops: Mapping[str, Callable[[int], object]], epochs: int, repeats: int) -> dict[str, list[float]]:
    """Every loop in turn, forwards and backwards; the first turn warms up and does not count."""
    found: dict[str, list[float]] = {name: [] for name in loops}
    for repeat in range(repeats + 1):
        for name in list(loops)[:: 1 if repeat % 2 else -1]:
            spent = cost(loops[name], epochs)
            if repeat:
                found[name].append(spent)
        print(f"{repeat}/{repeats}", end="\r", file=sys.stderr, flush=True)
    return found


def tell(figures: Mapping[str, list[float]]) -> None:
    """A table, with what each is to the hand-written loop over a DataLoader."""
    base = statistics.median(figures["loader"])
    print(f"{'loop':10} {'CPU ms per epoch':>18} {'lowest to highest':>20} {'of “loader”':>12}")
    for name, spent in figures.items():
        middle = statistics.median(spent)
        print(f"{name:10} {middle:18.1f} {min(spent):10.1f} to {max(spent):6.1f} {middle / base:11.2f}")


if __name__ == "__main__":
    main()
