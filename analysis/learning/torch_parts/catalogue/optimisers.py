"""Torch's optimisers, with the parameters and defaults that torch gives them (a test holds the two together)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components import (
    Anything,
    Component,
    Flag,
    ListOf,
    MappingOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Record,
    Requirement,
    Whole,
    component,
    register,
)  # fmt: skip
from analysis.learning.components.errors import Finding
from analysis.learning.torch_parts.catalogue.declaring import (
    NAMES,
    PACKAGES,
    at_least_0,
    count,
    positive,
    share,
    texts,
    values_of,
)  # fmt: skip
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.torch_parts.optimisers import Bundle, Optimiser

_PAIR = ListOf(Real(0), least=2, most=2)
_BETAS = ListOf(Real(0, 1, below=True), least=2, most=2)


def _lr(default: float) -> Parameter:
    return at_least_0("Learning rate.", default)


def _decay(default: float = 0.0) -> Parameter:
    return at_least_0("How strongly weights are pulled towards 0.", default)


def _betas() -> Parameter:
    return Parameter(_BETAS, "Memory of the mean and of the square of the gradient.", default=[0.9, 0.999])


def _eps(default: float) -> Parameter:
    return at_least_0("Keeps a division from 0.", default)


_DECOUPLED = Parameter(Flag(), "Decay weights apart from the gradient, as AdamW does.", default=False)

# By type: (torch's class, title, parameters)
ALGORITHMS: Mapping[str, tuple[str, str, Mapping[str, Parameter]]] = {
    "torch_sgd": ("SGD", "Stochastic gradient descent", {
        "lr": _lr(0.001), "momentum": at_least_0("Share of the last step that goes on.", 0.0),
        "dampening": at_least_0("How little of the new gradient joins the momentum.", 0.0),
        "weight_decay": _decay(), "nesterov": Parameter(Flag(), "Look ahead by the momentum.", default=False),
    }),
    "torch_adam": ("Adam", "Adam", {
        "lr": _lr(0.001), "betas": _betas(), "eps": _eps(1e-8), "weight_decay": _decay(),
        "amsgrad": Parameter(Flag(), "Never forget the largest square.", default=False),
        "decoupled_weight_decay": _DECOUPLED,
    }),
    "torch_adamw": ("AdamW", "Adam with decoupled weight decay", {
        "lr": _lr(0.001), "betas": _betas(), "eps": _eps(1e-8), "weight_decay": _decay(0.01),
        "amsgrad": Parameter(Flag(), "Never forget the largest square.", default=False),
    }),
    "torch_adamax": ("Adamax", "Adam by the largest gradient", {
        "lr": _lr(0.002), "betas": _betas(), "eps": _eps(1e-8), "weight_decay": _decay(),
    }),
    "torch_nadam": ("NAdam", "Adam with Nesterov's momentum", {
        "lr": _lr(0.002), "betas": _betas(), "eps": _eps(1e-8), "weight_decay": _decay(),
        "momentum_decay": at_least_0("How fast the momentum settles.", 0.004), "decoupled_weight_decay": _DECOUPLED,
    }),
    "torch_radam": ("RAdam", "Adam, rectified", {
        "lr": _lr(0.001), "betas": _betas(), "eps": _eps(1e-8), "weight_decay": _decay(),
        "decoupled_weight_decay": _DECOUPLED,
    }),
    "torch_sparse_adam": ("SparseAdam", "Adam for sparse gradients (embeddings with sparse=True)", {
        "lr": _lr(0.001), "betas": _betas(), "eps": _eps(1e-8),
    }),
    "torch_adadelta": ("Adadelta", "Adadelta", {
        "lr": _lr(1.0), "rho": share("Memory of the squares.", 0.9), "eps": _eps(1e-6), "weight_decay": _decay(),
    }),
    "torch_adagrad": ("Adagrad", "Adagrad", {
        "lr": _lr(0.01), "lr_decay": at_least_0("How fast the rate falls.", 0.0), "weight_decay": _decay(),
        "initial_accumulator_value": at_least_0("Where the sum of squares begins.", 0.0), "eps": _eps(1e-10),
    }),
    "torch_adafactor": ("Adafactor", "Adafactor: little memory for large matrices", {
        "lr": _lr(0.01), "beta2_decay": Parameter(Real(high=0), "How the memory of squares grows.", default=-0.8),
        "eps": Parameter(ListOf(Nullable(Real(0)), least=2, most=2), "Floors; null: torch's.", default=[None, 0.001]),
        "d": at_least_0("Largest step, relative.", 1.0), "weight_decay": _decay(),
    }),
    "torch_rmsprop": ("RMSprop", "RMSprop", {
        "lr": _lr(0.01), "alpha": share("Memory of the squares.", 0.99), "eps": _eps(1e-8), "weight_decay": _decay(),
        "momentum": at_least_0("Share of the last step that goes on.", 0.0),
        "centered": Parameter(Flag(), "Divide by the variance, not the square.", default=False),
    }),
    "torch_rprop": ("Rprop", "Rprop: by the sign of the gradient, for whole passes as one batch", {
        "lr": _lr(0.01), "etas": Parameter(_PAIR, "Shrinks and grows steps.", default=[0.5, 1.2]),
        "step_sizes": Parameter(_PAIR, "Smallest and largest step.", default=[1e-6, 50.0]),
    }),
    "torch_asgd": ("ASGD", "Averaged stochastic gradient descent", {
        "lr": _lr(0.01), "lambd": at_least_0("Decay.", 0.0001), "alpha": at_least_0("Power of the rate.", 0.75),
        "t0": positive("Step at which averaging begins.", 1e6), "weight_decay": _decay(),
    }),
    "torch_muon": ("Muon", "Muon: orthogonal steps, for the matrices of hidden layers alone (use a bundle)", {
        "lr": _lr(0.001), "weight_decay": _decay(0.1), "momentum": share("Share of the last step that goes on.", 0.95),
        "nesterov": Parameter(Flag(), "Look ahead by the momentum.", default=True),
        "ns_coefficients": Parameter(ListOf(Real(), least=3, most=3), "Of the Newton-Schulz iteration.",
                                     default=[3.4445, -4.775, 2.0315]),
        "eps": _eps(1e-7), "ns_steps": count("Of the iteration.", 5),
        "adjust_lr_fn": Parameter(
            Nullable(OneOf("original", "match_rms_adamw")), "How the rate meets shapes.", default=None,
        ),
    }),
    "torch_lbfgs": ("LBFGS", "L-BFGS: computes the loss several times per step, best with whole passes as one batch", {
        "lr": _lr(1.0), "max_iter": count("Iterations per step.", 20),
        "max_eval": Parameter(Nullable(Whole(1)), "Looks per step; null: 1.25 max_iter.", default=None),
        "tolerance_grad": at_least_0("Stop a step below this gradient.", 1e-7),
        "tolerance_change": at_least_0("Stop a step below this change.", 1e-9),
        "history_size": count("Remembered steps.", 100),
        "line_search_fn": Parameter(Nullable(OneOf("strong_wolfe")), "How far to go.", default=None),
    }),
}  # fmt: skip
# Parameters of torch that are left out: ways of computing the same thing.
LEFT_OUT = frozenset({"params", "self", "foreach", "fused", "capturable", "differentiable", "maximize"})

GROUPS = Parameter(
    ListOf(Record({
        "names": Parameter(NAMES, "Patterns of parameter names, such as “*.bias”."),
        "values": Parameter(MappingOf(Anything()), "What is otherwise for them, such as {lr: 0.001}."),
    })),
    "Parameters of the model, by name, that are moved otherwise than the rest.",
    default=[],
)  # fmt: skip


def _check(parameters: Mapping[str, Parameter]) -> Callable[[JsonObject], Iterator[Finding]]:
    """Values of a group are values of the optimiser."""

    def check(config: JsonObject) -> Iterator[Finding]:
        groups = config.get("groups")
        for place, group in enumerate(groups if isinstance(groups, list) else []):
            values = group.get("values") if isinstance(group, Mapping) else None
            for key, value in values.items() if isinstance(values, Mapping) else ():
                path = ("groups", place, "values", key)
                if key not in parameters:
                    yield path, f"There is no parameter “{key}” here.", f"There are: {', '.join(parameters)}."
                else:
                    found = parameters[key].takes.faults(value)
                    yield from (((*path, *rest), message, hint) for rest, message, hint in found)

    return check


def _factory(algorithm: str) -> Callable[..., Optimiser]:
    def build(*, groups: list[Mapping[str, object]], **config: object) -> Optimiser:
        from analysis.learning.torch_parts.optimisers import Group, Optimiser

        made = [Group(texts(group["names"]), values_of(group["values"])) for group in groups]
        return Optimiser(algorithm, values_of(config), tuple(made))

    return build


for _type, (_algorithm, _title, _parameters) in ALGORITHMS.items():
    register(
        Component(
            "optimiser", _type, _factory(_algorithm), parameters={**_parameters, "groups": GROUPS}, packages=PACKAGES,
            library="torch",
            check=_check(_parameters), title=_title,
            meaning=f"torch.optim.{_algorithm}; `groups` treat some parameters otherwise.",
        )
    )  # fmt: skip


@component(
    "optimiser", "torch_bundle",
    requires={"members": Requirement("optimiser", "The optimisers by name: members.head, members.body.", many=True)},
    parameters={"names": Parameter(MappingOf(NAMES), "For each member the patterns of the parameters that it moves.")},
    packages=PACKAGES,
    library="torch",
)  # fmt: skip
def torch_bundle(*, members: Mapping[str, Optimiser], names: Mapping[str, list[str]]) -> Bundle:
    """Several optimisers for one model.

    Each parameter is moved by exactly one of them: one that fits two members' patterns, or none's, is refused.
    """
    from analysis.learning.torch_parts.optimisers import Bundle

    if set(members) != set(names):
        raise ValueError(f"names must say which parameters move {sorted(members)}, not {sorted(names)}.")
    return Bundle(members, {name: tuple(patterns) for name, patterns in names.items()})
