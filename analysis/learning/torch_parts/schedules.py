"""Learning-rate schedules: every one of torch's, warm-ups, and several one after the other or at once.

A schedule says what it counts: epochs or steps of the optimiser. Lengths that are left out follow the run's own: all
epochs, or all steps. After a warm start with a new total they follow the new one from there on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch.optim import lr_scheduler

from experiments.types import Json, JsonObject

Built: TypeAlias = lr_scheduler.LRScheduler


@dataclass(frozen=True, slots=True)
class Schedule:
    """kind: a key of SCHEDULES. parts: those that a sequence or a chain is made of."""

    kind: str
    config: JsonObject
    parts: tuple[Schedule, ...] = ()
    per: str = "epoch"
    watches: str = ""
    split: str = "validation"

    def build(self, optimiser: torch.optim.Optimizer, total: int) -> Built:
        """total: epochs or steps of the whole run."""
        return SCHEDULES[self.kind](optimiser, self, total)


class Moving:
    """The schedules of a run's optimisers: one for each."""

    def __init__(self, schedule: Schedule, optimisers: Mapping[str, torch.optim.Optimizer], total: int) -> None:
        self.schedule = schedule
        self.parts = {name: schedule.build(each, total) for name, each in optimisers.items()}
        self._first = {name: part.state_dict() for name, part in self.parts.items()}
        self._first = {name: _copied(first) for name, first in self._first.items()}

    def after_step(self) -> None:
        """An optimiser's step was made."""
        if self.schedule.per == "step":
            for part in self.parts.values():
                part.step()

    def after_epoch(self, measures: Mapping[str, Mapping[str, float]]) -> None:
        """An epoch ended with these measures by split. ValueError if it watches one that is not measured."""
        for part in self.parts.values():
            if isinstance(part, lr_scheduler.ReduceLROnPlateau):
                part.step(self._watched(measures))
            elif self.schedule.per == "epoch":
                part.step()

    def state(self) -> dict[str, object]:
        """Only what has moved since the beginning, so that lengths may be others after a warm start."""
        return {name: _moved(part.state_dict(), self._first[name]) for name, part in self.parts.items()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Go on from there."""
        for name, part in self.parts.items():
            part.load_state_dict(_merged(self._first[name], state[name]))

    def _watched(self, measures: Mapping[str, Mapping[str, float]]) -> float:
        split, name = self.schedule.split, self.schedule.watches
        if name not in measures.get(split, {}):
            known = ", ".join(f"{part}/{key}" for part, values in measures.items() for key in values)
            raise ValueError(f"The schedule watches {split}/{name}, which is not measured. Measured: {known}.")
        return measures[split][name]


def _torch(name: str, **lengths: str) -> Callable[[torch.optim.Optimizer, Schedule, int], Built]:
    """One of torch's by the name of its class. lengths: parameters that are the total where they are null."""

    def build(optimiser: torch.optim.Optimizer, schedule: Schedule, total: int) -> Built:
        given = {key: value for key, value in schedule.config.items() if value is not None}
        given |= {key: total for key in lengths if key not in given}
        return getattr(lr_scheduler, name)(optimiser, **given)

    return build


def _table(name: str) -> Callable[[torch.optim.Optimizer, Schedule, int], Built]:
    """Factors one by one; the last one stays."""

    def build(optimiser: torch.optim.Optimizer, schedule: Schedule, total: int) -> Built:
        factors = _floats(schedule.config["factors"])
        return getattr(lr_scheduler, name)(optimiser, lambda n: factors[min(n, len(factors) - 1)])

    return build


def _sequence(optimiser: torch.optim.Optimizer, schedule: Schedule, total: int) -> Built:
    """Each from its milestone on; its own length reaches to the next one."""
    milestones = [int(number) for number in _floats(schedule.config["milestones"])]
    ends = [*milestones, total]
    lengths = [max(1, end - start) for start, end in zip([0, *milestones], ends, strict=True)]
    parts = [part.build(optimiser, length) for part, length in zip(schedule.parts, lengths, strict=True)]
    return lr_scheduler.SequentialLR(optimiser, parts, milestones=milestones)


def _chain(optimiser: torch.optim.Optimizer, schedule: Schedule, total: int) -> Built:
    """All at once: their factors multiply."""
    return lr_scheduler.ChainedScheduler([part.build(optimiser, total) for part in schedule.parts], optimiser)


def _warm_up(optimiser: torch.optim.Optimizer, schedule: Schedule, total: int) -> Built:
    """Linearly up from 0, then down along a curve: the family of transformers.get_scheduler."""
    config = schedule.config
    warm = int(str(config["warm_up"]))
    curve = CURVES[str(config["then"])]
    floor, descents = float(str(config["lowest"])), float(str(config["descents"]))
    power = float(str(config["power"]))

    def factor(n: int) -> float:
        if n < warm:
            return (n + 1) / (warm + 1)
        if config["then"] == "inverse_sqrt":
            return max(floor, math.sqrt((warm + 1) / (n + 1)))
        done = min(1.0, (n - warm) / max(1, total - warm))
        return floor + (1 - floor) * curve(done, descents, power)

    return lr_scheduler.LambdaLR(optimiser, factor)


CURVES: Mapping[str, Callable[[float, float, float], float]] = {
    "constant": lambda done, descents, power: 1.0,
    "linear": lambda done, descents, power: 1 - done,
    "polynomial": lambda done, descents, power: (1 - done) ** power,
    "cosine": lambda done, descents, power: 0.5 * (1 + math.cos(math.pi * descents * done)),
    "cosine_restarts": lambda done, descents, power: (
        0.5 * (1 + math.cos(math.pi * (descents * done % 1))) if done < 1 else 0.0
    ),
    "inverse_sqrt": lambda done, descents, power: 1.0,
}

SCHEDULES: Mapping[str, Callable[[torch.optim.Optimizer, Schedule, int], Built]] = {
    "torch_constant": _torch("ConstantLR"),
    "torch_linear": _torch("LinearLR", total_iters="all"),
    "torch_step": _torch("StepLR"),
    "torch_multi_step": _torch("MultiStepLR"),
    "torch_exponential": _torch("ExponentialLR"),
    "torch_polynomial": _torch("PolynomialLR", total_iters="all"),
    "torch_cosine": _torch("CosineAnnealingLR", T_max="all"),
    "torch_cosine_restarts": _torch("CosineAnnealingWarmRestarts"),
    "torch_cyclic": _torch("CyclicLR"),
    "torch_one_cycle": _torch("OneCycleLR", total_steps="all"),
    "torch_plateau": _torch("ReduceLROnPlateau"),
    "torch_lambda": _table("LambdaLR"),
    "torch_multiplicative": _table("MultiplicativeLR"),
    "torch_sequence": _sequence,
    "torch_chain": _chain,
    "torch_warm_up": _warm_up,
}


def _moved(now: object, first: object) -> object:
    """The entries of nested mappings that differ from the first ones."""
    if isinstance(now, Mapping) and isinstance(first, Mapping):
        return {key: _moved(part, first[key]) if key in first else part
                for key, part in now.items() if key not in first or part != first[key]}  # fmt: skip
    if isinstance(now, list) and isinstance(first, list) and _are_parts(now, first):
        return {"parts": [_moved(part, was) for part, was in zip(now, first, strict=True)]}
    return now


def _merged(first: object, moved: object) -> object:
    """The inverse: the first ones with those that moved."""
    if isinstance(moved, Mapping) and isinstance(first, Mapping):
        return {**first, **{key: _merged(first[key], part) if key in first else part for key, part in moved.items()}}
    if isinstance(moved, Mapping) and isinstance(first, list):
        return [_merged(was, part) for was, part in zip(first, moved["parts"], strict=True)]
    return moved


def _are_parts(now: list[object], first: list[object]) -> bool:
    """Whether both are the states of the schedules that one is made of."""
    return len(now) == len(first) and bool(now) and all(isinstance(part, Mapping) for part in [*now, *first])


def _copied(state: object) -> object:
    if isinstance(state, Mapping):
        return {key: _copied(part) for key, part in state.items()}
    if isinstance(state, list):
        return [_copied(part) for part in state]
    return state


def _floats(written: Json) -> list[float]:
    if isinstance(written, str) or not isinstance(written, Sequence) or not written:
        raise ValueError(f"A list of numbers was expected, not {written!r}.")
    return [float(str(number)) for number in written]
