"""A block that chooses its stimuli, made from its definition. Imported when one is due, as it brings NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.planning.information.psychometric import Grid
from analysis.planning.stimuli.block import Block, End, Pool, Rule, Task
from analysis.planning.stimuli.learners import PARAMETERS, Bernoulli, Learner, Psychometric, regression
from analysis.planning.stimuli.looks import Staircase
from experiments.blueprint import Blueprint, RepeatSpec, json_object
from experiments.stimulus_levels import pool_of, spaced, weights
from experiments.types import JsonObject
from participants.flow.choosing import Chooser
from participants.flow.references import as_text

PRIOR_SD = 2.5  # of a regression's weights: Gelman, Jakulin, Pittau and Su (2008) for attributes of about unit size


def chooser_of(blueprint: Blueprint, name: str) -> Chooser:
    """The block whose first step is called so. ValueError if the definition does not make sense."""
    repeat = next(step.repeat for step in blueprint.steps if step.name == name)
    if repeat is None or not repeat.choose:
        raise ValueError(f"The step {name!r} chooses no stimulus.")
    return chooser(name, repeat, blueprint.stimuli.get(repeat.over, ()))


def chooser(name: str, repeat: RepeatSpec, items: Sequence[JsonObject]) -> Chooser:
    """From a repeat's `choose`, and the stimulus set that it is over."""
    choose = repeat.choose
    stimuli = pool_of(items, choose)
    model, yes = json_object(choose.get("model")), choose.get("yes")
    return Chooser(
        name=name,
        stimuli=stimuli,
        block=_block(choose, stimuli),
        asks=str(choose.get("answer", "")),
        yes=tuple(yes) if isinstance(yes, list) else None,
        takes_numbers=model.get("kind") == "normal",
        record={key: str(measure) for key, measure in json_object(choose.get("record")).items()},
    )


def _block(choose: JsonObject, stimuli: Sequence[JsonObject]) -> Block:
    tasks = json_object(choose.get("tasks"))
    pool = _pool(choose, stimuli)
    return Block(
        pool=pool,
        tasks=_tasks(choose, stimuli),
        rule=_rule(choose, pool),
        end=_end(choose),
        run=_whole(tasks, "run", 0) if _whole(tasks, "run", 0) > 1 else 0,
    )


def _pool(choose: JsonObject, stimuli: Sequence[JsonObject]) -> Pool:
    cost, stairs = choose.get("cost"), json_object(choose.get("staircase"))
    costs = np.array([_number(each, str(cost)) if cost else 1.0 for each in stimuli])
    values = [_number(each, str(stairs["x"])) for each in stimuli] if stairs else [0.0] * len(stimuli)
    ranked = sorted(set(values), reverse=stairs.get("harder") == "high")
    return Pool(costs, np.array([ranked.index(value) for value in values]), tuple(ranked))


def _tasks(choose: JsonObject, stimuli: Sequence[JsonObject]) -> tuple[Task, ...]:
    of = json_object(choose.get("tasks")).get("of")
    names = [as_text(each.get(str(of))) if of else "" for each in stimuli]
    found = []
    for name in sorted(set(names)):
        places = tuple(place for place, each in enumerate(names) if each == name)
        model = json_object(choose.get("model"))
        found.append(Task(name, places, _learner(model, [stimuli[place] for place in places]) if model else None))
    return tuple(found)


def _learner(model: JsonObject, stimuli: Sequence[JsonObject]) -> Learner:
    if model.get("kind") == "psychometric":
        return _curve(model, stimuli)
    if model.get("kind") == "bernoulli":
        return Bernoulli(*(np.full(len(stimuli), _real(model, key) or 1.0) for key in ("a", "b")))
    features = model.get("features")
    names = tuple(str(each) for each in features) if isinstance(features, list) else ()
    rows = [[_number(each, name) for name in names] for each in stimuli]
    noise = _real(model, "noise_sd") or 1.0 if model.get("kind") == "normal" else None
    return regression(rows, names, _real(model, "prior_sd") or PRIOR_SD, noise)


def _curve(model: JsonObject, stimuli: Sequence[JsonObject]) -> Psychometric:
    grids = {key: model.get(key, 0.0) for key in PARAMETERS}
    threshold, slope, guess, lapse = (spaced(grid) for grid in grids.values())
    x = [_number(each, str(model.get("x"))) for each in stimuli]
    grid = Grid.over(x, threshold, slope, (guess, lapse), str(model.get("form", "weibull")))
    prior = np.array([1.0])
    for each in grids.values():
        prior = np.outer(prior, weights(each)).ravel()  # cells run as itertools.product does: the last grid fastest
    belief = prior / prior.sum()
    return Psychometric(Grid(grid.stimuli, grid.cells, grid.chances, belief), str(model.get("form", "weibull")))


def _rule(choose: JsonObject, pool: Pool) -> Rule:
    return Rule(
        by=str(choose.get("by", "information")),
        random=_real(choose, "random") or 0.0,
        least=_whole(choose, "least", 0),
        about=str(choose.get("about") or ""),
        staircase=_staircase(json_object(choose.get("staircase")), pool.level_values),
    )


def _staircase(stairs: JsonObject, values: Sequence[float]) -> Staircase:
    """It begins at the level nearest to what is asked for, or at the easiest."""
    start = _real(stairs, "start")
    return Staircase(
        down_after=_whole(stairs, "down_after", 2),
        up_after=_whole(stairs, "up_after", 1),
        step_down=_whole(stairs, "step_down", 1),
        step_up=_whole(stairs, "step_up", 1),
        start=-1 if start is None else min(range(len(values)), key=lambda level: abs(values[level] - start)),
    )


def _end(choose: JsonObject) -> End:
    stop = json_object(choose.get("stop"))
    return End(
        trials=_whole(choose, "trials", 1),
        at_least=_whole(choose, "at_least", 0),
        about=str(stop.get("about") or "threshold"),
        sd=_real(stop, "sd"),
        entropy=_real(stop, "entropy"),
        reversals=_whole(stop, "reversals", 0) or None,
    )


def _number(stimulus: JsonObject, name: str) -> float:
    value = stimulus.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"Stimulus “{as_text(stimulus.get('id'))}” has no number “{name}”.")
    return float(value)


def _real(said: JsonObject, key: str) -> float | None:
    value = said.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(said: JsonObject, key: str, otherwise: int) -> int:
    value = said.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
