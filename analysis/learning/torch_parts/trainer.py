"""The root of a torch pipeline: puts the parts together, and trains them epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn

from analysis.learning.data.encoding import written
from analysis.learning.data.loading import Loader
from analysis.learning.models.targets import Aim, aim_of
from analysis.learning.running import Reporter, State, Task
from analysis.learning.strategies import Checkpointing, Course, Last, Stopping
from analysis.learning.torch_parts.batches import Reading, batches_of
from analysis.learning.torch_parts.building import ModelPlan, built, described, usual_loss
from analysis.learning.torch_parts.chance import borrowed
from analysis.learning.torch_parts.devices import choose_device
from analysis.learning.torch_parts.evaluating import Looker
from analysis.learning.torch_parts.loop import Figures, Loop
from analysis.learning.torch_parts.losses import Loss, Sum
from analysis.learning.torch_parts.measuring import Meaning
from analysis.learning.torch_parts.models import parameter_count
from analysis.learning.torch_parts.optimisers import Bundle, Movers, Optimiser
from analysis.learning.torch_parts.postprocessors import PostProcessor
from analysis.learning.torch_parts.precision import Precision
from analysis.learning.torch_parts.schedules import Moving, Schedule
from analysis.learning.torch_parts.session import Session
from analysis.learning.torch_parts.settings import Settings
from analysis.learning.torch_parts.stepping import Clipping, Stepper
from analysis.learning.training.measuring import LOSS, Measure
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class TorchTrainer:
    """Everything that a run is made of. model: a plan, or a module that somebody's own component built."""

    loaders: Mapping[str, Loader]
    model: ModelPlan | nn.Module
    loss: Loss | Sum | None
    optimiser: Optimiser | Bundle
    seed: int
    schedule: Schedule | None = None
    losses: Mapping[str, Loss | Sum] = field(default_factory=dict)
    processors: tuple[PostProcessor, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    stopping: Stopping | None = None
    checkpointing: Checkpointing = field(default_factory=Last)
    settings: Settings = field(default_factory=Settings)

    def train(self, task: Task, reporter: Reporter) -> JsonObject:
        """The result: epochs done, why it stopped, the last figures of every split, what the model and the data are."""
        device = choose_device(self.settings.device)
        with borrowed(self.seed, device), computing(self.settings):
            return self._train(task, reporter, device)

    def _train(self, task: Task, reporter: Reporter, device: torch.device) -> JsonObject:
        course = Course(epochs=task.epochs, stopping=self.stopping, checkpointing=self.checkpointing, reporter=reporter)
        session, aim = self._session(task.epochs, device)
        loop = self._loop(session, aim, reporter)
        last, reason = self._begun(task, course, loop), None
        for number in course.remaining():
            last = loop.epoch(number)
            following = course.after(number, last)
            if following.save:
                reporter.save(epoch=number, state=self._state(session, course, aim), values=course.figures())
            if reason := following.stop:
                break
        return self._result(course, reason, last, session)

    def _begun(self, task: Task, course: Course, loop: Loop) -> Figures:
        """From the beginning, or where it was left off. The figures so far."""
        if task.resume is not None:
            loop.session.restore(task.resume.state)
            course.recall(task.resume.state.values["course"])
            return _nested(course.figures())
        if not self.settings.evaluate_first:
            return {}
        first = loop.look(0)
        course.after(0, first)
        return first

    def _session(self, epochs: int, device: torch.device) -> tuple[Session, Aim]:
        train = self._loader(self.settings.train)
        aim = aim_of(train.dataset.targets)
        precision = Precision.of(self.settings.precision, device)
        batches = {
            name: batches_of(Reading(loader, aim, precision.dtype), device, workers=self.settings.workers)
            for name, loader in self.loaders.items()
        }
        model = built(self.model, Reading(train, aim, precision.dtype)).to(device, precision.dtype)
        movers = Movers(self.optimiser.build(list(model.named_parameters())), list(model.parameters()))
        return Session(model, movers, self._moving(movers, epochs, len(train)), precision, batches, device), aim

    def _moving(self, movers: Movers, epochs: int, batches: int) -> Moving | None:
        if self.schedule is None:
            return None
        steps = -(-batches // self.settings.accumulate)
        return Moving(self.schedule, movers.parts, epochs * (steps if self.schedule.per == "step" else 1))

    def _loop(self, session: Session, aim: Aim, reporter: Reporter) -> Loop:
        settings, loss = self.settings, self.loss or usual_loss(aim)
        stepper = Stepper(
            session.model, loss, session.movers, session.precision,
            Clipping(settings.clip_norm, settings.clip_value), self.processors,
        )  # fmt: skip
        looker = Looker(session.model, {LOSS: loss, **self.losses}, session.precision, self.processors)
        return Loop(
            session, stepper, looker, Meaning(aim, self.measures), reporter, train_on=settings.train,
            splits=settings.evaluate or tuple(self.loaders), accumulate=settings.accumulate, track=self._tracked(),
        )  # fmt: skip

    def _tracked(self) -> tuple[str, ...]:
        moving = ("learning_rate",) if self.schedule else ()
        return tuple(dict.fromkeys([*moving, *self.settings.track]))

    def _loader(self, split: str) -> Loader:
        if split not in self.loaders:
            raise ValueError(f"There is no split “{split}” to train on; there are {', '.join(self.loaders)}.")
        return self.loaders[split]

    def _state(self, session: Session, course: Course, aim: Aim) -> State:
        train = self._loader(self.settings.train)
        predictor: JsonObject = {
            "aim": aim.kept(),
            "steps_before": written(train.dataset.steps),
            "precision": self.settings.precision,
            "model": described(self.model),
        }
        return session.state(course=course.memory(), predictor=predictor)

    def _result(self, course: Course, reason: str | None, last: Figures, session: Session) -> JsonObject:
        return {
            "epochs": course.remaining().start - 1,
            "stopped": reason,
            "measured": last,
            "model": {**parameter_count(session.model), "name": type(session.model).__name__},
            "device": str(session.device),
        }


@contextmanager
def computing(settings: Settings) -> Iterator[None]:
    """Within it torch uses that many threads and, where it can, operations that repeat exactly; then as before."""
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(settings.threads or threads)
    torch.use_deterministic_algorithms(settings.deterministic, warn_only=True)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(strict)


def _nested(flat: Mapping[str, float]) -> Figures:
    """From `split/measure` to split and measure."""
    found: Figures = {}
    for key, value in flat.items():
        split, _, name = key.partition("/")
        found.setdefault(split, {})[name] = value
    return found
