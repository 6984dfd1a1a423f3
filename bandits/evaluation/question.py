"""What is asked: which policy, on which part of the log, and how it would have learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import cast

from experiments.errors import BadValue
from experiments.types import Json, JsonObject

SUITED, FROZEN, ALONG, REPLAY = "suited", "frozen", "along", "replay"
LEARNING: Mapping[str, str] = {
    FROZEN: "It has learnt from what came before the window, and learns no more.",
    ALONG: "It learns, as the log goes on, from every reward in it.",
    REPLAY: "It learns only from decisions that it would have made itself.",
}
WAYS: Mapping[str, str] = {
    SUITED: "As suits the policy: replay if it explores by counting pulls (UCB and its like), else along.",
    **LEARNING,
}
SHORTLY: Mapping[str, str] = {
    SUITED: "As suits the policy",
    ALONG: "From every reward, as the log goes on",
    REPLAY: "Only from its own decisions (replay)",
    FROZEN: "Not: it knows what came before",
}
MOST_SEGMENTS = 12
MOST_WHILE_WAITING = 2_000_000  # decisions that a page or a request may ask about


@dataclass(frozen=True)
class Question:
    """What would this policy have earned?

    policy: an allocation ({"policy": "ucb1", …}), {"policy": "always", "arm": name}, {"policy": "shares", "shares":
    {name: number}}, {"version": number}, that version's policy, or {"state": number}, the chances of that stored state.
    learning: of WAYS; a state and fixed shares never learn. since, until: of the decisions, from and below; None:
    all. by: a key of the context, for an answer per segment. missing: what a decision counts whose reward never came;
    None: the declared default, else it is left out. early: count also decisions whose window is open, if their reward
    is there. unsupported: how much of its plays the log need not have been able to make.
    """

    policy: JsonObject
    learning: str = SUITED
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
    confidence: float = 0.95
    clip: float = 10.0
    missing: float | None = None
    early: bool = False
    unsupported: float = 0.0
    is_rehearsal: bool = False

    def __post_init__(self) -> None:
        """BadValue with a sentence for what cannot be asked."""
        if self.learning not in WAYS:
            raise BadValue(f"A policy learns in one of these ways: {', '.join(WAYS)}; not “{self.learning}”.")
        if self.since and self.until and self.since >= self.until:
            raise BadValue("The window ends before it begins.", hint="`since` must be before `until`.")
        if not 0.5 <= self.confidence < 1:
            raise BadValue(f"The confidence must be from 0.5 to below 1, not {self.confidence:g}.")
        if not (isfinite(self.clip) and self.clip > 0):
            raise BadValue(f"Weights can be clipped at a number above 0, not at {self.clip:g}.")
        if not 0 <= self.unsupported < 1:
            raise BadValue(f"What the log cannot speak of must be a share from 0 to below 1, not {self.unsupported:g}.")
        if self.missing is not None and not isfinite(self.missing):
            raise BadValue("A missing reward counts as a finite number.")

    @property
    def level(self) -> float:
        """One minus the confidence."""
        return 1 - self.confidence


def policy_in(text: str) -> JsonObject:
    """A policy as the command line and forms give it: a name, JSON, always:ARM, version:N or state:N.

    >>> policy_in("ucb1"), policy_in("always:soup"), policy_in("state:41")
    ({'policy': 'ucb1'}, {'policy': 'always', 'arm': 'soup'}, {'state': 41})
    """
    import json

    text = text.strip()
    kind, _, rest = text.partition(":")
    if kind == "always" and rest:
        return {"policy": "always", "arm": rest}
    if kind in ("version", "state") and rest.isdecimal():
        return {kind: int(rest)}
    if not text.startswith("{"):
        return {"policy": text}
    try:
        return cast(JsonObject, json.loads(text))
    except ValueError as error:
        raise BadValue(f"The policy is not JSON: {error}.", hint='For example {"policy": "ucb1"}.') from error


@dataclass(frozen=True)
class LeftOut:
    """Decisions of the window that do not count, and why.

    open: rewards may still come. excluded: marked so (bots, failed checks). halted: the kill switch decided.
    unrewarded: no reward came, and none is declared for that. foreign: the reward was another one in their version.
    """

    open: int = 0
    excluded: int = 0
    halted: int = 0
    unrewarded: int = 0
    foreign: int = 0

    def to_json(self) -> dict[str, int]:
        """By name."""
        return {
            "open": self.open,
            "excluded": self.excluded,
            "halted": self.halted,
            "unrewarded": self.unrewarded,
            "foreign": self.foreign,
        }


@dataclass(frozen=True)
class Described:
    """The policy in words. learning: "" where it does not learn."""

    title: str
    learning: str
    spec: Mapping[str, Json] = field(default_factory=dict)
