"""Every optimiser of torch's, by groups and in bundles."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch import nn

from analysis.learning.components.containers import read_config
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.catalogue.optimisers import ALGORITHMS, LEFT_OUT
from analysis.learning.torch_parts.optimisers import Bundle, Group, Optimiser, OptimiserSet
from tests.analysis.learning.torch_parts.pipelines import MLP, loaders, trained, trainer


def named(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return list(model.named_parameters())


def test_every_one_of_torch_s_is_there() -> None:
    ours = {algorithm for algorithm, _, _ in ALGORITHMS.values()}
    theirs = {name for name in dir(torch.optim) if isinstance(getattr(torch.optim, name), type)} - {"Optimizer"}

    assert ours == theirs


@pytest.mark.parametrize("kind", ALGORITHMS)
def test_its_parameters_and_defaults_are_torch_s(kind: str) -> None:
    algorithm, _, parameters = ALGORITHMS[kind]
    theirs = inspect.signature(getattr(torch.optim, algorithm)).parameters

    assert parameters.keys() == theirs.keys() - LEFT_OUT
    for name, parameter in parameters.items():
        default = theirs[name].default
        assert parameter.fallback == (list(default) if isinstance(default, tuple) else default), name


@pytest.mark.parametrize("kind", [kind for kind in ALGORITHMS if kind not in ("torch_sparse_adam", "torch_muon")])
def test_it_makes_the_loss_smaller(kind: str) -> None:
    algorithm, _, parameters = ALGORITHMS[kind]
    config: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in read_config(parameters, {}).items()
    }
    still = ModelPlan("torch_mlp", {**MLP, "dropout": 0.0}, 1)
    made = trainer(
        model=still, optimiser=Optimiser(algorithm, config), loaders=loaders(size=90), settings={"evaluate_first": True}
    )

    _, before = trained(made, epochs=0)
    _, after = trained(made, epochs=8)

    assert after["measured"]["train"]["loss"] < before["measured"]["train"]["loss"]


def test_groups_have_values_of_their_own() -> None:
    made = Optimiser("SGD", {"lr": 0.1, "weight_decay": 0.5}, (Group(("*bias",), {"weight_decay": 0.0, "lr": 0.01}),))

    groups = made.over(named(nn.Linear(2, 2))).param_groups

    assert [(group["lr"], group["weight_decay"], len(group["params"])) for group in groups] == [
        (0.01, 0.0, 1),
        (0.1, 0.5, 1),
    ]


def test_the_members_of_a_bundle_move_each_their_own() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    made = Bundle(
        {"body": Optimiser("SGD", {"lr": 1.0}), "head": Optimiser("SGD", {"lr": 0.0})},
        {"body": ("0.*",), "head": ("1.*",)},
    ).build(named(model))
    before = [parameter.detach().clone() for parameter in model.parameters()]

    model(torch.ones(1, 2)).sum().backward()
    OptimiserSet(made).step(lambda part: part.step())

    changed = [not torch.equal(was, now) for was, now in zip(before, model.parameters(), strict=True)]
    assert changed == [True, True, False, False]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"a": ("*",), "b": ("bias",)}, "bias is claimed by a and b"),
        ({"a": ("weight",), "b": ("weigth",)}, "No optimiser moves the parameter bias"),
        ({"a": ("*",), "b": ("head*",)}, "No parameter fits head"),
    ],
)
def test_a_parameter_is_moved_by_exactly_one_member(names: dict[str, tuple[str, ...]], sentence: str) -> None:
    members = {name: Optimiser("SGD", {"lr": 0.1}) for name in names}

    with pytest.raises(ValueError, match=sentence):
        Bundle(members, names).build(named(nn.Linear(2, 2)))


def test_muon_moves_the_matrices_and_another_the_rest() -> None:
    made = Bundle(
        {"matrices": Optimiser("Muon", {"lr": 0.02}), "rest": Optimiser("AdamW", {"lr": 0.01})},
        {"matrices": ("*.weight",), "rest": ("*.bias",)},
    )

    _, result = trained(trainer(optimiser=made), epochs=8)

    assert result["measured"]["train"]["loss"] < 0.9
