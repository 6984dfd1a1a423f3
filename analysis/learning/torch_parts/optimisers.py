"""Optimisers: any of torch's, with parameter groups by name, or a bundle of several that share a model between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import torch
from torch import nn

from experiments.types import JsonObject

Named = Sequence[tuple[str, nn.Parameter]]


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters whose name fits one of the patterns (`*.bias`), with values of their own: `{lr: 0.001}`."""

    names: tuple[str, ...]
    values: JsonObject


@dataclass(frozen=True, slots=True)
class Optimiser:
    """One of torch's by the name of its class, not built yet: it needs a model's parameters."""

    algorithm: str
    config: JsonObject
    groups: tuple[Group, ...] = ()

    def build(self, named: Named) -> dict[str, torch.optim.Optimizer]:
        """Over all of these parameters. ValueError if a group fits none of them, or two groups fit the same one."""
        return {"optimiser": self.over(named)}

    def over(self, named: Named) -> torch.optim.Optimizer:
        """The same, alone."""
        chosen = _shared_out({str(place): group.names for place, group in enumerate(self.groups)}, named, rest="rest")
        values = {str(place): group.values for place, group in enumerate(self.groups)}
        made = [{"params": parameters, **values.get(key, {})} for key, parameters in chosen.items() if parameters]
        return getattr(torch.optim, self.algorithm)(made, **self.config)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several optimisers. names: for each the patterns of the parameters that it moves."""

    members: Mapping[str, Optimiser]
    names: Mapping[str, tuple[str, ...]]

    def build(self, named: Named) -> dict[str, torch.optim.Optimizer]:
        """Each over its own. ValueError if a parameter is moved by two of them, or by none."""
        chosen = _shared_out(self.names, named)
        return {name: member.over([(key, p) for key, p in named if any(p is each for each in chosen[name])])
                for name, member in self.members.items()}  # fmt: skip


@dataclass(slots=True)
class OptimiserSet:
    """The built optimisers of a run, moved together."""

    parts: dict[str, torch.optim.Optimizer]
    parameters: list[nn.Parameter] = field(default_factory=list)

    @property
    def asks_again(self) -> bool:
        """Whether one of them computes the loss several times in a step, as LBFGS does."""
        return any(isinstance(part, torch.optim.LBFGS) for part in self.parts.values())

    def zero(self) -> None:
        """Forget the gradients."""
        for part in self.parts.values():
            part.zero_grad(set_to_none=True)

    def step(self, move: Callable[[torch.optim.Optimizer], object]) -> None:
        """Each once, by `move`."""
        for part in self.parts.values():
            move(part)

    def rates(self) -> dict[str, float]:
        """The learning rate of each group: `learning_rate`, or `learning_rate.<optimiser>.<group>` of several."""
        found = {
            f"{name}.{place}": float(group["lr"])
            for name, part in self.parts.items()
            for place, group in enumerate(part.param_groups)
        }
        if len(found) == 1:
            return {"learning_rate": next(iter(found.values()))}
        return {f"learning_rate.{key}": rate for key, rate in found.items()}

    def state(self) -> dict[str, object]:
        """Of all of them."""
        return {name: part.state_dict() for name, part in self.parts.items()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Go on from there."""
        for name, part in self.parts.items():
            part.load_state_dict(state[name])


def _shared_out(
    patterns: Mapping[str, Sequence[str]], named: Named, rest: str | None = None
) -> dict[str, list[nn.Parameter]]:
    """Each parameter to the one entry with a pattern that fits its name; what fits none goes to `rest`."""
    chosen: dict[str, list[nn.Parameter]] = {key: [] for key in patterns} | ({rest: []} if rest else {})
    for name, parameter in named:
        fitting = [key for key, each in patterns.items() if any(fnmatchcase(name, pattern) for pattern in each)]
        if len(fitting) > 1:
            raise ValueError(f"The parameter {name} is claimed by {' and '.join(fitting)}: let one pattern fit it.")
        if not fitting and rest is None:
            raise ValueError(f"No optimiser moves the parameter {name}: add a pattern that fits it, such as “*”.")
        chosen[fitting[0] if fitting else str(rest)].append(parameter)
    for key in patterns:
        if not chosen[key]:
            known = ", ".join(name for name, _ in named)
            raise ValueError(f"No parameter fits {', '.join(patterns[key])} ({key}). The model has: {known}.")
    return chosen
