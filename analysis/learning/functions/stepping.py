"""The loop round a `Checkpointed` computation: steps, checkpoints, and going on from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.learning.functions.call import Call, global_chance, go_on_from
from analysis.learning.functions.checkpointed import Checkpointed, parted, together
from analysis.learning.functions.keeping import given_back, kept
from analysis.learning.functions.saying import Done, Outcome, Output, Said, understood

if TYPE_CHECKING:
    from analysis.learning.running import Reporter, Saved, State, Task
    from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Occasion:
    """One run of a function: what for, what it may ask, and who listens."""

    task: Task
    specification: JsonObject
    call: Call
    reporter: Reporter


def heard(said: Said, outcome: Outcome, call: Call) -> bool:
    """Keep what was said and tell how far it is. True: that was the end."""
    if isinstance(said, Done):
        outcome.ends_with(said.value)
        return True
    if isinstance(said, Output):
        outcome.add(said)
    done, of = (said.done, said.of) if said is not None and said.done else (call.step + 1, 0)
    call.progress(done, of)
    return isinstance(said, Output) and said.is_last


class Stepping:
    """One attempt at one computation."""

    def __init__(self, experiment: Checkpointed, occasion: Occasion) -> None:
        self._experiment, self._occasion = experiment, occasion
        self._outcome = Outcome()

    def run(self) -> Outcome:
        """To the end, from the beginning or from the last checkpoint. The same in both cases, bit for bit, as long as
        all chance comes from `call.rng`, from kept attributes, or from the global generators.
        """
        experiment, every = self._experiment, self._experiment.steps_before_checkpoint
        experiment.specification, experiment.call = dict(self._occasion.specification), self._occasion.call
        step = self._begin()
        while not heard(understood(experiment.step()), self._outcome, self._occasion.call):
            step += 1
            if step % every == 0:
                self._save(step)
        return self._outcome

    def _begin(self) -> int:
        resume = self._occasion.task.resume
        if resume is not None:
            return self._go_on(resume)
        self._experiment.initialise(dict(self._occasion.specification))
        self._save(0)
        self._experiment.prepare()
        return 0

    def _go_on(self, saved: Saved) -> int:
        parts = parted(saved.state)
        self._experiment.restore(parts["experiment"])
        self._outcome.restore(parts["outputs"])
        self._experiment.prepare()
        chance = given_back(parts["chance"])
        self._occasion.call.go_on(chance["step"], chance["rng"])
        go_on_from(chance)
        return saved.epoch

    def _save(self, step: int) -> None:
        self._occasion.reporter.save(epoch=step, state=self._state(), values={})

    def _state(self) -> State:
        call = self._occasion.call
        chance: Mapping[str, object] = {**global_chance(), "rng": call.rng_in_use, "step": call.step}
        experiment, outputs = self._experiment.state(), self._outcome.state()
        return together({"experiment": experiment, "outputs": outputs, "chance": kept(chance)})
