"""The loop: epochs of steps, a look at every split after each, and the state that the next one depends on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

import torch

from analysis.learning.running import Reporter
from analysis.learning.strategies import Figures
from analysis.learning.torch_parts.batches import Batch
from analysis.learning.torch_parts.evaluating import Evaluator
from analysis.learning.torch_parts.session import Session
from analysis.learning.torch_parts.sharing import Group
from analysis.learning.torch_parts.stepping import Stepper
from analysis.learning.training.ticks import is_told_in_evaluation, is_told_in_training

if TYPE_CHECKING:
    from analysis.learning.data.samples import Array
    from experiments.types import Json


class Measuring(Protocol):
    """Metrics over all predictions of a split."""

    def __call__(self, predictions: Mapping[str, Array], targets: Mapping[str, Array]) -> dict[str, float]:
        """By name."""
        ...


@dataclass(frozen=True, slots=True)
class Loop:
    """accumulate: batches per step. track: further figures of the training. group: those who share the model.

    fails_when_lost: a loss that is no number is an error; else a stopping strategy sees to it."""

    session: Session
    stepper: Stepper
    evaluator: Evaluator
    measuring: Measuring
    reporter: Reporter
    train_on: str = "train"
    splits: tuple[str, ...] = ()
    accumulate: int = 1
    track: tuple[str, ...] = ()
    group: Group = field(default_factory=Group)
    fails_when_lost: bool = True

    def epoch(self, number: int) -> Figures:
        """Train one epoch and look at every split. FloatingPointError if a loss is no number any more."""
        figures = self.look(number, self._train(number))
        if self.session.moving:
            self.session.moving.after_epoch(figures)
        return figures

    def look(self, number: int, tracked: Mapping[str, float] = MappingProxyType({})) -> Figures:
        """Every split as the model is now. tracked: figures of the training, which go with its split's."""
        figures: Figures = {}
        for split in dict.fromkeys([*self.splits, *([self.train_on] if tracked else [])]):
            looked = self._look(split, number) if split in self.splits else {}
            figures[split] = looked | (dict(tracked) if split == self.train_on else {})
            self.reporter.measured(epoch=number, split=split, values=figures[split])
        return figures if self.group.shard.world == 1 else as_figures(self.group.told(figures))

    def _train(self, number: int) -> dict[str, float]:
        batches = self.session.batches[self.train_on]
        self.session.model.train()
        longest, done = torch.zeros(()), 0
        for step in grouped(batches.of(number), self.accumulate):
            self.reporter.check()
            length = self.stepper.step(step)
            if self.session.moving:
                self.session.moving.after_step()
            if length is not None and "gradient_norm" in self.track:
                longest = torch.maximum(longest.to(length.device), length)
            for batch in range(done + 1, done + len(step) + 1):
                self._say("train", number, self.train_on, batch, len(batches))
            done += len(step)
        return self._tracked(float(longest))

    def _tracked(self, longest: float) -> dict[str, float]:
        tracked = {"gradient_norm": longest} if "gradient_norm" in self.track else {}
        return tracked | (self.session.optimisers.rates() if "learning_rate" in self.track else {})

    def _look(self, split: str, number: int) -> dict[str, float]:
        batches, world = self.session.batches[split], self.group.shard.world
        steps = len(batches.loader.in_order())
        seen = self.evaluator.over(
            batches.once(), split, lambda batch: self._say("evaluate", number, split, min(batch * world, steps), steps)
        )
        whole = seen if world == 1 else self.group.together(seen)
        if whole is None:
            return {}
        losses = whole.means()
        for name, value in losses.items():
            if self.fails_when_lost and not math.isfinite(value):
                raise FloatingPointError(_diverged(name, split, number, value))
        return {**losses, **self.measuring(*whole.arrays())}

    def _say(self, phase: str, epoch: int, split: str, step: int, steps: int) -> None:
        told = is_told_in_training if phase == "train" else is_told_in_evaluation
        if told(step, steps):
            self.reporter.progress(phase=phase, epoch=epoch, split=split, step=step, steps=steps)


def as_figures(told: Json) -> Figures:
    """As the first process told them."""
    return cast("Figures", told)


def grouped(batches: Iterator[Batch], size: int) -> Iterator[Sequence[Batch]]:
    """The batches of one step each; the last step of an epoch may have fewer."""
    while group := list(islice(batches, size)):
        yield group


def _diverged(name: str, split: str, epoch: int, value: float) -> str:
    return (
        f"The {name} over {split} is {value} after epoch {epoch}: training diverged. "
        "A lower learning rate, clip_norm, or scaled samples may help."
    )
