"""The loop over epochs: train, evaluate every split, say so, keep a checkpoint, see whether to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.learning.data.loading import Loader
from analysis.learning.inference import kept_samples, predictor
from analysis.learning.running import Reporter, State, Task
from analysis.learning.strategies import Checkpointing, Course, Figures, Last, Stopping
from analysis.learning.training.learner import Learner
from analysis.learning.training.measuring import Gathering, Measure, figures
from analysis.learning.training.ticks import is_told_in_evaluation, is_told_in_training
from experiments.types import JsonObject


@dataclass
class EpochTrainer:
    """Trains a learner on one split and evaluates it on all. evaluates_first: also before any training, as epoch 0.

    most_epochs: of a learner that learns nothing more after them. exports: keeps model.onnx beside the run.
    """

    loaders: Mapping[str, Loader]
    learner: Learner
    seed: int
    measures: Mapping[str, Measure] = field(default_factory=dict)
    stopping: Stopping | None = None
    checkpointing: Checkpointing = field(default_factory=Last)
    train_split: str = "train"
    evaluates_first: bool = False
    most_epochs: int | None = None
    exports: bool = False

    def train(self, task: Task, reporter: Reporter) -> JsonObject:
        """The result: epochs done, why it stopped, the last figures of every split, what the model and the data are."""
        course = self._course(task, reporter)
        last = self._begun(task, course, reporter)
        reason = course.stopped
        for number in course.remaining():
            self._train(number, reporter)
            last = self._evaluate(number, reporter)
            following = course.after(number, last)
            if following.save:
                reporter.save(epoch=number, state=self._state(course), values=course.figures())
            if reason := following.stop:
                break
        return {**self._result(course, reason, last), **self._exported(course, reporter)}

    def _course(self, task: Task, reporter: Reporter) -> Course:
        epochs = min(task.epochs, self.most_epochs or task.epochs)
        return Course(epochs=epochs, stopping=self.stopping, checkpointing=self.checkpointing, reporter=reporter)

    def _begun(self, task: Task, course: Course, reporter: Reporter) -> Figures:
        """From the beginning or where it was left off. The figures so far."""
        loader = self.loaders[self.train_split]
        if task.resume is not None:
            self.learner.resume(task.resume.state, loader, self.seed)
            course.recall(task.resume.state.values["course"])
            return course.measured()
        self.learner.begin(loader, self.seed)
        if not self.evaluates_first:
            return {}
        first = self._evaluate(0, reporter)
        course.after(0, first)
        return first

    def _train(self, number: int, reporter: Reporter) -> None:
        loader = self.loaders[self.train_split]
        steps = len(loader)
        for step, _ in enumerate(self.learner.epoch(loader, number), start=1):
            reporter.check()
            if is_told_in_training(step, steps):
                reporter.progress(phase="train", epoch=number, split=self.train_split, step=step, steps=steps)

    def _evaluate(self, number: int, reporter: Reporter) -> Figures:
        found: Figures = {}
        for name, loader in self.loaders.items():
            found[name] = self._evaluate_split(name, loader.in_order(), number, reporter)
            reporter.measured(epoch=number, split=name, values=found[name])
        return found

    def _evaluate_split(self, name: str, loader: Loader, number: int, reporter: Reporter) -> dict[str, float]:
        gathering, steps = Gathering(), len(loader)
        for step, batch in enumerate(loader.batches(1), start=1):
            gathering.add(batch.targets, self.learner.score(batch))
            if is_told_in_evaluation(step, steps):
                reporter.progress(phase="evaluate", epoch=number, split=name, step=step, steps=steps)
        return figures(gathering.predictions(self.learner.aim), self.measures)

    def _state(self, course: Course) -> State:
        """With what a prediction needs: what samples look like, and how they are encoded."""
        state, dataset = self.learner.state(), self.loaders[self.train_split].dataset
        more: JsonObject = {"course": course.memory(), "samples": kept_samples(dataset)}
        return State(state.arrays, {**state.values, **more})

    def _exported(self, course: Course, reporter: Reporter) -> JsonObject:
        """What cannot be exported has been trained all the same: the result says why it was not."""
        if not self.exports:
            return {}
        from analysis.learning.export.onnx import NotExportable, onnx_of

        try:
            content = onnx_of(predictor(self._state(course)))
        except NotExportable as error:
            return {"onnx": str(error)}
        reporter.artifact(name="model.onnx", content=content, kind="application/onnx")
        return {"onnx": "model.onnx"}

    def _result(self, course: Course, reason: str | None, last: Figures) -> JsonObject:
        splits = {name: loader.described() for name, loader in self.loaders.items()}
        done = course.remaining().start - 1
        return {
            "epochs": done,
            "stopped": reason,
            "measured": last,
            "model": self.learner.described(),
            "splits": splits,
        }
