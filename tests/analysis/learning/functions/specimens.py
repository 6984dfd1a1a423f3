"""Functions and classes as researchers write them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator

import numpy as np

from analysis.learning.functions import Call, Checkpointed, Done, Output, Progress

FACTOR = 2


def whole(specification: dict[str, int]) -> dict[str, int]:
    return {"sum": specification["x"] + specification["y"]}


def by_key(x: int, y: int = 1) -> dict[str, int]:
    return {"product": x * y * FACTOR}


def with_chance(call: Call, rng: np.random.Generator, seed: int) -> dict[str, float]:
    call.log.info("seed %s", seed)
    call.measured(step=2, loss=0.5)
    return {"own": float(rng.random()), "python": random.random(), "numpy": float(np.random.rand())}


def failing(x: int) -> None:
    raise ArithmeticError(f"{x} is too much.")


def large(n: int) -> dict[str, object]:
    return {"weights": np.arange(n), "loss": float("nan")}


def series(specification: dict[str, int]) -> Iterator[object]:
    for n in range(specification["n"]):
        yield Output({**specification, "iterations": n}, n * n, done=n + 1, of=specification["n"])


class Classy:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def main(self, specification: dict[str, int]) -> int:
        self.seen.append(specification)
        return len(self.seen)


async def later(x: int) -> int:
    return x


class Walk(Checkpointed):
    """A random walk with every source of chance that there is."""

    def initialise(self, specification: object) -> None:
        self.own = random.Random(3)
        self.places = deque([np.zeros(2)], maxlen=5)
        self.seen: set[tuple[int, int]] = {(0, 0)}
        self.done = 0

    def step(self) -> object:
        move = np.array([self.call.rng.normal() + random.random(), self.own.random() + np.random.rand()])
        self.places.append(self.places[-1] + move)
        self.seen.add((self.done, int(self.places[-1][0])))
        self.done += 1
        if self.done == self.specification["steps"]:
            return Done({"end": self.places[-1], "seen": self.seen})
        if self.done % 2 == 0:
            return Output({"steps": self.done}, self.places[-1], done=self.done)
        return Progress(self.done, 10)


class Unkeepable(Checkpointed):
    def initialise(self, specification: object) -> None:
        self.made = (n for n in range(3))

    def step(self) -> object:
        return next(self.made, {"done": True})


class Prepared(Unkeepable):
    """Mends it as the sentence says."""

    unkept = frozenset({"specification", "call", "made"})

    def initialise(self, specification: object) -> None:
        self.done = 0

    def prepare(self) -> None:
        self.made = (n for n in range(3))

    def step(self) -> object:
        self.done += 1
        return {"done": True} if next(self.made, None) is None else None
