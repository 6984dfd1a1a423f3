"""The root of a torch pipeline: puts the parts together, and trains them epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn

from analysis.learning.data.loading import Loader
from analysis.learning.inference import kept_samples
from analysis.learning.models.targets import Aim, aim_of
from analysis.learning.running import Reporter, State, Task
from analysis.learning.seeds import child_seed
from analysis.learning.strategies import Checkpointing, Course, Figures, Last, Stopping
from analysis.learning.torch_parts.batches import Reading, batches_of
from analysis.learning.torch_parts.building import ModelPlan, built, usual_loss
from analysis.learning.torch_parts.chance import borrowed
from analysis.learning.torch_parts.devices import choose_device
from analysis.learning.torch_parts.evaluating import Evaluator
from analysis.learning.torch_parts.launching import launched
from analysis.learning.torch_parts.loop import Loop
from analysis.learning.torch_parts.losses import Loss, Sum
from analysis.learning.torch_parts.measuring import Meaning
from analysis.learning.torch_parts.models import parameter_count
from analysis.learning.torch_parts.optimisers import Bundle, Optimiser, OptimiserSet
from analysis.learning.torch_parts.passing import Quiet
from analysis.learning.torch_parts.postprocessors import PostProcessor
from analysis.learning.torch_parts.precision import Precision
from analysis.learning.torch_parts.schedules import Moving, Schedule
from analysis.learning.torch_parts.session import Session
from analysis.learning.torch_parts.settings import Settings
from analysis.learning.torch_parts.sharing import Group, is_launched, joined
from analysis.learning.torch_parts.stepping import Clipping, Stepper
from analysis.learning.training.measuring import LOSS, Measure
from experiments.types import Json, JsonObject


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
        """The result: epochs done, why it stopped, the last figures of every split, what the model and the data are.

        With several processes this one starts them and passes on what the first of them says.
        """
        if self.settings.processes > 1 and not is_launched():
            return launched(task, self.settings.processes, reporter)
        device = choose_device(self.settings.device)
        with joined(device) as group, borrowed(self._seed(group), device), computing(self.settings):
            return Training(self, task, reporter if group.leads else Quiet(), group, device).run()

    def on(self, split: str) -> Loader:
        """ValueError if there is no such split."""
        if split not in self.loaders:
            raise ValueError(f"There is no split “{split}”; there are {', '.join(self.loaders)}.")
        return self.loaders[split]

    def _seed(self, group: Group) -> int:
        """Drop-out must not be the same in every process."""
        return child_seed(self.seed, "process", group.shard.rank) if group.shard.rank else self.seed


class Training:
    """One run of a trainer."""

    def __init__(
        self, trainer: TorchTrainer, task: Task, reporter: Reporter, group: Group, device: torch.device
    ) -> None:
        self.trainer, self.task, self.reporter, self.group, self.device = trainer, task, reporter, group, device
        self.course = Course(
            epochs=task.epochs, stopping=trainer.stopping, checkpointing=trainer.checkpointing, reporter=reporter
        )
        self.aim: Aim = aim_of(trainer.on(trainer.settings.train).dataset.targets)
        self.session, self.network = self._session()
        self.loop = self._loop()

    def run(self) -> JsonObject:
        """From the beginning or where it was left off, to the end."""
        last = self._begun()
        reason = self.course.stopped
        for number in self.course.remaining():
            last = self.loop.epoch(number)
            save, reason = self._following(number, last)
            if save:
                self._save(number)
            if reason:
                break
        return self._result(last, reason)

    def _begun(self) -> Figures:
        """The figures so far."""
        resume = self.task.resume
        if resume is not None:
            self.session.restore(resume.state, self.group)
            self.course.recall(resume.state.values["course"])
            return self.course.measured()
        if not self.trainer.settings.evaluate_first:
            return {}
        first = self.loop.look(0)
        self.course.after(0, first)
        return first

    def _following(self, number: int, last: Figures) -> tuple[bool, str | None]:
        """The first process decides for all: it alone may know how other runs do."""
        following = self.course.after(number, last)
        save, reason = _decision(self.group.told([following.save, following.stop]))
        return save, reason

    def _save(self, number: int) -> None:
        train = self.trainer.on(self.trainer.settings.train)
        more: dict[str, Json] = {
            "predictor": "torch",
            "aim": self.aim.kept(),
            "samples": kept_samples(train.dataset),
            "network": self.network,
            "precision": self.trainer.settings.precision,
            "processors": [processor.kept() for processor in self.trainer.processors],
            "course": self.course.memory(),
        }
        state: State = self.session.state(self.group, more)
        if self.group.leads:
            self.reporter.save(epoch=number, state=state, values=self.course.figures())

    def _session(self) -> tuple[Session, Json]:
        settings, train = self.trainer.settings, self.trainer.on(self.trainer.settings.train)
        precision = Precision.of(settings.precision, self.device)
        readings = {name: Reading(loader, self.aim, precision.dtype) for name, loader in self.trainer.loaders.items()}
        batches = {
            name: batches_of(reading, self.device, workers=settings.workers, shard=self.group.shard)
            for name, reading in readings.items()
        }
        model, network = built(self.trainer.model, readings[settings.train])
        model = model.to(self.device, precision.dtype)
        optimisers = OptimiserSet(
            self.trainer.optimiser.build(list(model.named_parameters())), list(model.parameters())
        )
        return Session(
            model, optimisers, self._moving(optimisers, len(train)), precision, batches, self.device
        ), network

    def _moving(self, optimisers: OptimiserSet, batches: int) -> Moving | None:
        schedule = self.trainer.schedule
        if schedule is None:
            return None
        steps = -(-batches // self.trainer.settings.accumulate)
        return Moving(schedule, optimisers.parts, self.task.epochs * (steps if schedule.per == "step" else 1))

    def _loop(self) -> Loop:
        trainer, session, settings = self.trainer, self.session, self.trainer.settings
        loss = trainer.loss or usual_loss(self.aim)
        stepper = Stepper(
            self.group.wrapped(session.model), loss, session.optimisers, session.precision,
            Clipping(settings.clip_norm, settings.clip_value), trainer.processors, self.group.shard.world,
        )  # fmt: skip
        evaluator = Evaluator(session.model, {LOSS: loss, **trainer.losses}, session.precision, trainer.processors)
        return Loop(
            session, stepper, evaluator, Meaning(self.aim, trainer.measures), self.reporter, train_on=settings.train,
            splits=settings.evaluate or tuple(trainer.loaders), accumulate=settings.accumulate, track=self._tracked(),
            group=self.group, fails_when_lost=trainer.stopping is None,
        )  # fmt: skip

    def _tracked(self) -> tuple[str, ...]:
        moving = ("learning_rate",) if self.trainer.schedule else ()
        return tuple(dict.fromkeys([*moving, *self.trainer.settings.track]))

    def _result(self, last: Figures, reason: str | None) -> JsonObject:
        model: dict[str, Json] = {"name": type(self.session.model).__name__, **parameter_count(self.session.model)}
        if isinstance(self.trainer.model, ModelPlan):
            model["name"] = self.trainer.model.kind
        return {
            "epochs": self.course.remaining().start - 1,
            "stopped": reason,
            "measured": last,
            "model": model,
            "splits": {name: loader.described() for name, loader in self.trainer.loaders.items()},
            "computed": {
                "torch": torch.__version__,
                "device": _name(self.device),
                "precision": self.trainer.settings.precision,
                "processes": self.group.shard.world,
                "threads": torch.get_num_threads(),
            },
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


def _decision(told: Json) -> tuple[bool, str | None]:
    match told:
        case [bool(save), str() | None as reason]:
            return save, reason
    raise ValueError(f"The first process said {told!r}.")


def _name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
