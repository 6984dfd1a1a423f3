"""What a document says of episodes: where they come from, how rewards add up and what they can be, what is sought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Final, cast

from analysis.learning.components import (
    Either,
    Finding,
    Flag,
    ListOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Record,
    Text,
    Whole,
)
from analysis.learning.components.containers import config_faults, read_config
from analysis.learning.members import Member, Register, takes
from analysis.safety.loading.groups import Groups
from analysis.safety.reinforcement.measures import RETURNS
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.sources import EPISODES
from analysis.safety.terms import Quantity, Regime
from experiments.types import Json, JsonObject

_SPAN: Final = ListOf(Real(), least=2, most=2)
PREFIX: Final = "J_pi_new_"
AIMS: Register[ExpectedReturn] = Register("type")


@AIMS.register
@dataclass(frozen=True)
class ExpectedReturn(Member):
    """The new policy's expected return, to be as high as the constraints allow."""

    name: ClassVar[str] = "expected_return"
    example: ClassVar[JsonObject] = {"type": "expected_return", "by": "PDIS"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REINFORCEMENT})

    by: str = takes(
        OneOf(*(name.removeprefix(PREFIX) for name in RETURNS if name.startswith(PREFIX))), "How it is estimated.", "IS"
    )
    reward: int = takes(Whole(0), "Which alternate reward; 0: the primary one.", 0)
    caution: float = takes(
        Real(0), "How many standard errors it is lowered by: else one seeks what the record hardly speaks of.", 0.0
    )

    def quantity(self) -> Quantity:
        """As a constraint would name it."""
        return Quantity(PREFIX + self.by, (self.reward,) if self.reward else ())


OWN: Final[dict[str, Parameter]] = {
    "model": Parameter(POLICIES, "The policy that is improved.", "softmax"),
    "objective": Parameter(AIMS, "What is to be high.", "expected_return"),
}
"""In place of `setting.OWN`'s."""

PARAMETERS: Final[dict[str, Parameter]] = {
    "data": Parameter(EPISODES, "Where the episodes come from."),
    "groups": Parameter(Groups(), "Who constraints are about: conditions on columns of one value an episode.", {}),
    "unit": Parameter(
        Text(200), "The column that names whose episode it is: all of one unit are on one side, and count as one.", ""
    ),
    "regime": Parameter(OneOf(str(Regime.REINFORCEMENT)), "What is learned."),
    "returns": Parameter(
        Record(
            {
                "discount": Parameter(
                    Nullable(Real(0, 1)), "What a reward counts a step later; null: all of it.", None
                ),
                "horizon": Parameter(Nullable(Whole(1)), "The most steps of an episode; null: no limit.", None),
                "fixed": Parameter(Flag(), "Every episode has exactly that many steps.", default=False),
                "range": Parameter(Nullable(_SPAN), "What a return can be: [least, most].", None),
                "alternates": Parameter(ListOf(_SPAN), "The same of alternate rewards' returns, in their order.", []),
                "step": Parameter(Nullable(_SPAN), "What a reward of one step can be.", None),
                "alternate_steps": Parameter(ListOf(_SPAN), "The same of alternate rewards.", []),
            }
        ),
        "How rewards add up, and what they can be at all: no exact bound does without.",
        {},
    ),
    "clip": Parameter(Real(1), "What a weight counts at most, in the clipped measures.", 10.0),
    "begin": Parameter(
        Either(OneOf("behaviour", "neutral"), ListOf(Real(), least=1)),
        "Where the search begins: at what most likely played, at what favours nothing, or at these parameters.",
        "behaviour",
    ),
}
"""What this part of a document may say."""


def faults(setting: JsonObject) -> list[Finding]:
    """Without reading an episode."""
    part = {name: setting[name] for name in PARAMETERS if name in setting}
    found = list(config_faults(PARAMETERS, part))
    return [*(found or _returns_faults(cast(JsonObject, part.get("returns") or {}))), *_range_faults(setting)]


def read(setting: JsonObject) -> dict[str, Any]:
    """For a setting without faults."""
    found: dict[str, Any] = read_config(PARAMETERS, {name: setting[name] for name in PARAMETERS if name in setting})
    return found


def returns_of(written: Mapping[str, Any], known: Returns | None) -> Returns:
    """As the document has it; what it leaves open, as the source knows it."""
    known = known or Returns()
    discount, horizon = written["discount"], written["horizon"]
    return Returns(
        gamma=known.gamma if discount is None else discount,
        spans={**known.spans, **_spans(written["range"], written["alternates"])},
        rewards={**known.rewards, **_spans(written["step"], written["alternate_steps"])},
        horizon=known.horizon if horizon is None else horizon,
        fixed=bool(written["fixed"]) or (horizon is None and known.fixed),
    )


def _spans(primary: Sequence[float] | None, alternates: Sequence[Sequence[float]]) -> dict[int, tuple[float, float]]:
    found = {} if primary is None else {0: (float(primary[0]), float(primary[1]))}
    return {**found, **{place: (float(low), float(high)) for place, (low, high) in enumerate(alternates, start=1)}}


def _returns_faults(returns: JsonObject) -> Iterator[Finding]:
    if returns.get("fixed") and not returns.get("horizon"):
        yield ("returns", "fixed"), "A fixed number of steps must be said.", "Add horizon."
    spans = [("range", returns.get("range")), ("step", returns.get("step"))]
    spans += [("alternates", one) for one in cast("Sequence[Json]", returns.get("alternates") or ())]
    spans += [("alternate_steps", one) for one in cast("Sequence[Json]", returns.get("alternate_steps") or ())]
    for name, span in spans:
        if span is not None:
            low, high = cast("Sequence[float]", span)
            if not -inf < low < high < inf:
                yield ("returns", name), f"A range goes from less to more, not from {low:g} to {high:g}.", ""


def _range_faults(setting: JsonObject) -> Iterator[Finding]:
    """Ranges of returns are facts of the task, said once: not each time that a constraint names one."""
    constraints = setting.get("constraints")
    for place, one in enumerate(constraints if isinstance(constraints, list | tuple) else ()):
        ranges = one.get("ranges") if isinstance(one, Mapping) else None
        if isinstance(ranges, Mapping) and ranges:
            said = "What returns can be is declared once, under returns."
            yield ("constraints", place, "ranges"), said, "Write returns: {range: [least, most]}."
