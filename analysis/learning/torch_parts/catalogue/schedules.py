"""Torch's learning-rate schedules, with torch's own parameters (a test holds the two together), and warm-ups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components import (
    Component,
    Flag,
    ListOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Requirement,
    Text,
    Whole,
    register,
)  # fmt: skip
from analysis.learning.torch_parts.catalogue.declaring import PACKAGES, at_least_0, count, positive, share, values_of

if TYPE_CHECKING:
    from analysis.learning.torch_parts.schedules import Schedule

_TOTAL = Parameter(Nullable(Whole(1)), "Length; null: the whole run.", default=None)
_FACTORS = Parameter(ListOf(Real(0), least=1), "The rate as a multiple, one by one; the last one stays.")
_MOMENTUM = Parameter(Flag(), "Move the momentum against the rate.", default=True)

# By type: (torch's class, title, parameters)
CURVES: Mapping[str, tuple[str, str, Mapping[str, Parameter]]] = {
    "torch_constant": ("ConstantLR", "A smaller rate at first", {
        "factor": share("Multiple of the rate at first.", 1 / 3), "total_iters": count("How long.", 5),
    }),
    "torch_linear": ("LinearLR", "A straight line between two multiples of the rate", {
        "start_factor": positive("First multiple.", 1 / 3), "end_factor": at_least_0("Last multiple.", 1.0),
        "total_iters": Parameter(Nullable(Whole(1)), "Length; null: the whole run.", default=5),
    }),
    "torch_step": ("StepLR", "Smaller by a factor every so often", {
        "step_size": Parameter(Whole(1), "How often."), "gamma": positive("Factor.", 0.1),
    }),
    "torch_multi_step": ("MultiStepLR", "Smaller by a factor at each milestone", {
        "milestones": Parameter(ListOf(Whole(1), least=1), "When."), "gamma": positive("Factor.", 0.1),
    }),
    "torch_exponential": ("ExponentialLR", "Smaller by a factor each time", {
        "gamma": Parameter(Real(0, above=True), "Factor."),
    }),
    "torch_polynomial": ("PolynomialLR", "Down to 0 by a power", {
        "total_iters": Parameter(Nullable(Whole(1)), "Length; null: the whole run.", default=5),
        "power": positive("1 is a straight line.", 1.0),
    }),
    "torch_cosine": ("CosineAnnealingLR", "Down along a cosine", {
        "T_max": _TOTAL, "eta_min": at_least_0("Lowest rate.", 0.0),
    }),
    "torch_cosine_restarts": ("CosineAnnealingWarmRestarts", "Down along a cosine, and up again at once", {
        "T_0": Parameter(Whole(1), "Length of the first descent."),
        "T_mult": count("How much longer the next one is.", 1),
        "eta_min": at_least_0("Lowest rate.", 0.0),
    }),
    "torch_cyclic": ("CyclicLR", "Up and down between two rates", {
        "base_lr": Parameter(Real(0), "Lowest rate."), "max_lr": Parameter(Real(0), "Highest rate."),
        "step_size_up": count("Length of the way up.", 2000),
        "step_size_down": Parameter(Nullable(Whole(1)), "Of the way down; null: the same.", default=None),
        "mode": Parameter(OneOf("triangular", "triangular2", "exp_range"), "Shape.", default="triangular"),
        "gamma": positive("Factor of exp_range.", 1.0),
        "scale_mode": Parameter(OneOf("cycle", "iterations"), "What gamma counts.", default="cycle"),
        "cycle_momentum": _MOMENTUM, "base_momentum": share("Lowest.", 0.8), "max_momentum": share("Highest.", 0.9),
    }),
    "torch_one_cycle": ("OneCycleLR", "Up once and down to nearly nothing", {
        "max_lr": Parameter(Real(0, above=True), "Highest rate."), "total_steps": _TOTAL,
        "pct_start": Parameter(Real(0, 1), "Share of the way up.", default=0.3),
        "anneal_strategy": Parameter(OneOf("cos", "linear"), "Shape.", default="cos"),
        "cycle_momentum": _MOMENTUM, "base_momentum": share("Lowest.", 0.85), "max_momentum": share("Highest.", 0.95),
        "div_factor": positive("The first rate is max_lr divided by this.", 25.0),
        "final_div_factor": positive("The last rate is the first divided by this.", 1e4),
        "three_phase": Parameter(Flag(), "Down to the first rate before down to nothing.", default=False),
    }),
    "torch_plateau": ("ReduceLROnPlateau", "Smaller when a figure no longer gets better", {
        "mode": Parameter(OneOf("min", "max"), "Which way is better.", default="min"),
        "factor": share("Factor.", 0.1), "patience": count("Epochs without getting better.", 10, low=0),
        "threshold": at_least_0("What counts as better.", 1e-4),
        "threshold_mode": Parameter(OneOf("rel", "abs"), "How that is meant.", default="rel"),
        "cooldown": count("Epochs to wait afterwards.", 0, low=0), "min_lr": at_least_0("Lowest rate.", 0.0),
        "eps": at_least_0("A smaller change is not made.", 1e-8),
    }),
    "torch_lambda": ("LambdaLR", "A table of multiples of the first rate", {"factors": _FACTORS}),
    "torch_multiplicative": ("MultiplicativeLR", "A table of multiples of the last rate", {"factors": _FACTORS}),
}  # fmt: skip
# Parameters of torch that are given otherwise: a function as a table, epochs by the run.
LEFT_OUT = frozenset({"self", "optimizer", "last_epoch", "lr_lambda", "scale_fn", "epochs", "steps_per_epoch"})

_PER = Parameter(OneOf("step", "epoch"), "What it counts: steps of the optimiser, or epochs. To be said.")
_PARTS = Requirement("schedule", "The schedules by name, in order: parts.a, parts.b.", many=True)
_WARM_UP = {
    "warm_up": count("How long the rate climbs from nearly 0.", 0, low=0),
    "then": Parameter(
        OneOf("constant", "linear", "cosine", "cosine_restarts", "polynomial", "inverse_sqrt"), "What follows.",
        default="linear",
    ),
    "lowest": share("Lowest multiple.", 0.0),
    "descents": positive("How often a cosine goes down.", 1.0),
    "power": positive("Of the polynomial.", 1.0),
}  # fmt: skip
_WATCHED = {
    "measure": Parameter(Text(200, 1), "The figure that is watched.", default="loss"),
    "split": Parameter(Text(200, 1), "Where it is measured.", default="validation"),
}


def _factory(kind: str) -> Callable[..., Schedule]:
    def build(*, per: str = "epoch", parts: Mapping[str, Schedule] | None = None, **config: object) -> Schedule:
        from analysis.learning.torch_parts.schedules import Schedule

        watches, split = str(config.pop("measure", "")), str(config.pop("split", ""))
        return Schedule(kind, values_of(config), tuple((parts or {}).values()), per, watches, split)

    return build


def _register(kind: str, title: str, meaning: str, parameters: Mapping[str, Parameter]) -> None:
    counts = {} if kind == "torch_plateau" else {"per": _PER}
    requires = {"parts": _PARTS} if kind in ("torch_sequence", "torch_chain") else {}
    register(
        Component(
            "schedule", kind, _factory(kind), requires=requires, parameters={**parameters, **counts}, packages=PACKAGES,
            title=title, meaning=meaning,
        )
    )  # fmt: skip


for _type, (_class, _title, _parameters) in CURVES.items():
    _register(
        _type, _title, f"torch.optim.lr_scheduler.{_class}.",
        {**_parameters, **(_WATCHED if _type == "torch_plateau" else {})},
    )  # fmt: skip
_register(
    "torch_sequence", "One schedule after the other", "Each counts from its own beginning. SequentialLR.",
    {"milestones": Parameter(ListOf(Whole(1), least=1), "Where the second one, the third one, … begins.")},
)  # fmt: skip
_register("torch_chain", "Several schedules at once", "Their multiples multiply. ChainedScheduler.", {})
_register(
    "torch_warm_up", "A climb, and then a curve down", "The family of transformers.get_scheduler, as a rule by step.",
    _WARM_UP,
)  # fmt: skip
