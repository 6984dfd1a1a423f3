"""The data sets and models that the Seldonian Engine's figures were taken on, as subjects of a training."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from analysis.safety.budgets import Division
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES, USUAL
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Demand, Mode, Regime, Samples
from experiments.types import Json
from tests.analysis.safety.facts import FOLDER, Case


class Kind(NamedTuple):
    model: str
    regime: Regime
    classes: int


KINDS = {
    "logistic": Kind("logistic", Regime.BINARY, 2),
    "linear": Kind("linear", Regime.REGRESSION, 0),
    "bounded_linear": Kind("squashed_linear", Regime.REGRESSION, 0),
    "softmax": Kind("multiclass_logistic", Regime.MULTICLASS, 3),
}
OF_DATA = {"d_cls.npz": "logistic", "d_reg.npz": "linear", "d_multi.npz": "softmax"}


@cache
def arrays(name: str) -> dict[str, Array]:
    with np.load(FOLDER / name) as stored:
        return dict(stored)


def samples(name: str) -> Samples:
    found = arrays(name)
    names = [str(each) for each in found.get("S_cols", ["M", "F"])]
    groups = {each: found["S"][:, number] == 1 for number, each in enumerate(names)}
    return Samples(found["X"].copy(), found["y"].astype(float), groups)


def subject(data: str, model: str = "", objective: Json = None) -> Supervised:
    kind = KINDS[model or OF_DATA[data]]
    minimised = OBJECTIVES.parse(objective or USUAL[kind.regime])
    return Supervised(samples(data), MODELS.parse(kind.model), minimised, kind.classes)


def demanded(text: str, of: Supervised, *, delta: float = 0.05, division: Division | None = None) -> Demand:
    """As the engine has it."""
    regime = {2: Regime.BINARY, 0: Regime.REGRESSION}.get(of.classes, Regime.MULTICLASS)
    known = Vocabulary.of(regime, groups=of.samples.groups, classes=of.classes or None)
    return demand_of(
        parse_constraint(text, known, delta=delta), Terms(division=division or Division(), mode=Mode.ENGINE)
    )


def of_case(case: Case) -> tuple[Supervised, Demand, Array]:
    """What is trained, what is demanded, and the parameters that were looked at."""
    found = subject(case["data"], case["model"])
    options = case["build_options"]
    division = Division(logits=options.get("delta_vector"), inflation=options.get("infl_factors", 2.0))
    written = case["theta"]
    theta = arrays(case["data"])[written] if isinstance(written, str) else np.array(written)
    return found, demanded(case["constraint"], found, delta=case["delta"], division=division), theta.reshape(-1)
