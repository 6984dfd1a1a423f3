"""How a new policy is let in: shares step by step, and the guardrails that send it back. Read from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import cast

from bandits.goal import bounds_of
from bandits.learning import Learning
from bandits.policies import PolicyError
from bandits.policies.parameters import Optional, Real, Text, Whole
from experiments.blueprint import MeasureSpec
from experiments.types import Json, JsonObject

MOST_STAGES = 20
SHARE, DECISIONS, HOURS = Real(0.001, 0.999), Optional(Whole(1, 1_000_000_000)), Optional(Real(0.001, 10_000))
MARGIN, LIMIT, NAME, ALPHA = Real(0, 1e100), Optional(Real(-1e100, 1e100)), Text(100), Real(1e-6, 0.5)
REWARD = ""


@dataclass(frozen=True)
class Stage:
    """The new policy decides with chance ``share`` until so many decisions were made and so many hours have passed."""

    share: float
    decisions: int | None = None
    hours: float | None = None

    def to_json(self) -> JsonObject:
        """As the plan holds it."""
        return {"share": self.share, "decisions": self.decisions, "hours": self.hours}

    @property
    def lasts(self) -> timedelta:
        """At least so long."""
        return timedelta(hours=self.hours or 0)


@dataclass(frozen=True)
class Guardrail:
    """What sends the new policy back: the measure is worse than under the old one by more than ``margin``, or, with a
    ``limit``, worse than that. measure: "" is the reward itself."""

    measure: str = REWARD
    margin: float = 0.0
    limit: float | None = None

    def to_json(self) -> JsonObject:
        """As the plan holds it."""
        return {"measure": self.measure, "margin": self.margin, "limit": self.limit}


DEFAULT_STAGES = (Stage(0.05, 1000), Stage(0.25, 1000))


@dataclass(frozen=True)
class Plan:
    """After the last stage the new policy decides alone. alpha: how often a harmless one may be sent back, at most.

    guardrails: None: the reward, and every measure of that role.
    """

    stages: tuple[Stage, ...] = DEFAULT_STAGES
    guardrails: tuple[Guardrail, ...] | None = None
    alpha: float = 0.05

    def to_json(self) -> JsonObject:
        """As `Switch.plan` holds it."""
        guardrails = None if self.guardrails is None else [one.to_json() for one in self.guardrails]
        return {"stages": [stage.to_json() for stage in self.stages], "guardrails": guardrails, "alpha": self.alpha}

    @classmethod
    def parse(cls, stored: Json) -> Plan:
        """What `to_json` gave, or somebody wrote. PolicyError with a sentence if it is no plan."""
        given = _mapping("plan", stored, ("stages", "guardrails", "alpha"))
        stages = given.get("stages")
        guardrails = given.get("guardrails")
        return cls(
            DEFAULT_STAGES if stages is None else _stages(stages),
            None if guardrails is None else tuple(_guardrail(*one) for one in _rows("plan.guardrails", guardrails)),
            ALPHA.read("plan.alpha", given.get("alpha", 0.05)),
        )

    def fitted(self, learning: Learning) -> Plan:
        """With its guardrails named. PolicyError for one that could not be watched."""
        given = self.guardrails
        if given is None:
            measured = tuple(Guardrail(one.name) for one in learning.guardrails if _is_watchable(one))
            given = (*((Guardrail(),) if _is_range(learning.bounds) else ()), *measured)
        for index, one in enumerate(given):
            _require_watchable(f"plan.guardrails[{index}]", one, learning)
        return Plan(self.stages, given, self.alpha)


def _stages(stored: Json) -> tuple[Stage, ...]:
    rows = _rows("plan.stages", stored)
    if len(rows) > MOST_STAGES:
        raise PolicyError.wrong("plan.stages", f"a list of at most {MOST_STAGES}", len(rows))
    stages = tuple(_stage(*row) for row in rows)
    if any(after.share <= before.share for before, after in pairwise(stages)):
        raise PolicyError("plan.stages", "The shares of the stages must grow.", "Write 0.05, then 0.25.")
    return stages


def _stage(path: str, row: Json) -> Stage:
    given = _mapping(path, row, ("share", "decisions", "hours"))
    stage = Stage(
        SHARE.read(f"{path}.share", given.get("share")),
        cast("int | None", DECISIONS.read(f"{path}.decisions", given.get("decisions"))),
        cast("float | None", HOURS.read(f"{path}.hours", given.get("hours"))),
    )
    if stage.decisions is None and stage.hours is None:
        raise PolicyError(path, f"{path} would never end.", "Say after how many decisions, or hours.")
    return stage


def _guardrail(path: str, row: Json) -> Guardrail:
    given = _mapping(path, row, ("measure", "margin", "limit"))
    return Guardrail(
        NAME.read(f"{path}.measure", given.get("measure", REWARD)),
        MARGIN.read(f"{path}.margin", given.get("margin", 0.0)),
        cast("float | None", LIMIT.read(f"{path}.limit", given.get("limit"))),
    )


def _require_watchable(path: str, guardrail: Guardrail, learning: Learning) -> None:
    bounds = learning.bounds
    if guardrail.measure != REWARD:
        measure = learning.goal.measures.get(guardrail.measure)
        if measure is None:
            known = ", ".join(learning.goal.measures)
            raise PolicyError(path, f"There is no measure “{guardrail.measure}” of a number.", f"There are: {known}.")
        if measure.direction == "none" and measure.role != "primary":
            raise PolicyError(
                path, f"Nobody said whether more of “{measure.name}” is better.", "Give the measure its direction."
            )
        bounds = bounds_of(measure)
    if not _is_range(bounds):
        name = guardrail.measure or learning.goal.title
        raise PolicyError(path, f"“{name}” needs low and high: without them no bound on its mean holds.")
    if guardrail.limit is not None and not bounds[0] <= guardrail.limit <= bounds[1]:
        raise PolicyError.wrong(f"{path}.limit", f"a number from {bounds[0]:g} to {bounds[1]:g}", guardrail.limit)


def _is_watchable(measure: MeasureSpec) -> bool:
    return measure.direction != "none" and _is_range(bounds_of(measure))


def _is_range(bounds: tuple[float, float]) -> bool:
    return bounds[1] - bounds[0] < float("inf") and bounds[0] < bounds[1]


def _mapping(path: str, stored: Json, names: tuple[str, ...]) -> Mapping[str, Json]:
    if stored is None:
        return {}
    if not isinstance(stored, Mapping):
        raise PolicyError.wrong(path, "a mapping", stored)
    for name in stored.keys() - set(names):
        raise PolicyError(f"{path}.{name}", f"{path}.{name} is not known here.", f"Known: {', '.join(names)}.")
    return stored


def _rows(path: str, stored: Json) -> list[tuple[str, Json]]:
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise PolicyError.wrong(path, "a list", stored)
    return [(f"{path}[{index}]", row) for index, row in enumerate(stored)]
