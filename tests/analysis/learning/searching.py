"""Searches played through to their end, in place of workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from analysis.learning.search.design import Design, read_design
from analysis.learning.search.searches import Proposal, Trial
from experiments.types import JsonObject

Value = Callable[[JsonObject, int], float | None]


def design_of(
    search: object, *, seed: int = 18, epochs: int = 27, direction: str = "maximise", **space: object
) -> Design:
    """Of a setting with these keys."""
    measure = {"name": "score", "direction": direction}
    document = {"search": search, "seed": seed, "epochs": epochs, "measure": measure, **space}
    return read_design(cast(JsonObject, document))


def trial_of(proposal: Proposal, value: float | None, *, is_over: bool = True) -> Trial:
    """What became of it."""
    setting, epochs = proposal.key()
    return Trial(setting, epochs, is_over, value, proposal.note)


def fresh(design: Design, trials: list[Trial]) -> list[Proposal]:
    """What is proposed and was not tried yet."""
    tried = {(trial.setting, trial.epochs) for trial in trials}
    return [proposal for proposal in design.proposals(trials) if proposal.key() not in tried]


def played(design: Design, value: Value, *, most: int = 1_000) -> list[tuple[Proposal, float | None]]:
    """Everything that is proposed until nothing more is, in its order, with its value."""
    done: list[tuple[Proposal, float | None]] = []
    trials: list[Trial] = []
    while (new := fresh(design, trials)) and len(done) < most:
        for proposal in new:
            found = value(proposal.setting, proposal.epochs)
            done.append((proposal, found))
            trials.append(trial_of(proposal, found))
    return done
