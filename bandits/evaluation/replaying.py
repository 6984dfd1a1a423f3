"""Draw every stored decision again, and learn every reward again: is the record what the policies really did?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations, groupby

from bandits.errors import NotInExperiment
from bandits.mixing import Beside
from bandits.models import Decision, PolicyState, Reward, Switch
from bandits.policies import PolicyError
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, draw
from bandits.services.drawing import Drawing
from bandits.services.refolding import Replay
from bandits.services.restoring import Marker
from bandits.services.states import Held, held_of, state_in
from experiments.blueprint import json_object
from experiments.chance import Stream
from experiments.errors import BadValue, Conflict
from experiments.models import Experiment
from experiments.published import arm_name
from experiments.types import Json

CHUNK = 2_000
MOST_NAMED = 20
MOST_ARMS = 10
GONE = "its state is kept no more"
NO_BEFORE = "the state before it is kept no more"
REBUILT = "it was rebuilt from the whole log, after an exclusion, and not learnt from the one before"
TAUGHT = "it is the first of a new policy, which a switch taught"
LOST = "the rewards that it learnt are not all marked with its number any more: some were excluded and taken back since"


@dataclass
class Found:
    """What was looked at, and what differs: the first twenty are named.

    checked: drawn or learnt again with the same result. unchecked: nobody can tell; untold: the first twenty of these;
    reasons: why, with how many.
    """

    checked: int = 0
    unchecked: int = 0
    differing: int = 0
    named: list[dict[str, Json]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    untold: list[dict[str, Json]] = field(default_factory=list)

    def cannot_tell(self, why: str, **what: Json) -> None:
        """One more that nobody can check."""
        self.unchecked += 1
        self.reasons[why] = self.reasons.get(why, 0) + 1
        if len(self.untold) < MOST_NAMED:
            self.untold.append({**what, "why": why})

    def differ(self, **what: Json) -> None:
        """One more that is not what it should be."""
        self.differing += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(what)

    def to_json(self) -> dict[str, Json]:
        """By name."""
        named: list[Json] = [dict(one) for one in self.named]
        return {
            "checked": self.checked,
            "unchecked": self.unchecked,
            "differing": self.differing,
            "first_differing": named,
            "reasons": dict(self.reasons),
            "first_unchecked": [dict(one) for one in self.untold],
        }


def redraw_decisions(experiment: Experiment, *, is_rehearsal: bool) -> Found:
    """Each decision again from its state, seed and id: the same arm, and the same propensity to the last bit."""
    found, held = Found(), _States(experiment, is_rehearsal=is_rehearsal)
    rows = Decision.objects.of(experiment, is_rehearsal=is_rehearsal).order_by("policy_version", "pk")
    for decision in rows.iterator(chunk_size=CHUNK):
        state = held.at(decision.policy_version)
        if state is None:
            found.cannot_tell(GONE, decision=str(decision.uuid), state=decision.policy_version)
        elif _is_drawn_again(experiment, state, decision):
            found.checked += 1
        else:
            found.differ(
                decision=str(decision.uuid),
                state=decision.policy_version,
                arm=arm_name(decision.arm_id),
                propensity=decision.propensity,
            )
    return found


class _States:
    """The states in their order, one at a time."""

    def __init__(self, experiment: Experiment, *, is_rehearsal: bool) -> None:
        self._rows = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal)
        self._number, self._held = 0, None

    def at(self, number: int) -> Held | None:
        if number != self._number:
            row = self._rows.filter(number=number).first()
            self._number, self._held = number, held_of(row, now=row.created_at) if row else None
        return self._held

    _held: Held | None


def _is_drawn_again(experiment: Experiment, held: Held, decision: Decision) -> bool:
    if decision.unit_id is not None:
        return _is_place_again(held, decision)
    asked = Asked(decision.key, json_object(decision.context))
    try:
        again = draw(held, experiment, asked, identity=decision.uuid, now=decision.decided_at, among=decision.among)
    except (NotInExperiment, BadValue):
        return False
    return (again.arm_id, again.propensity, again.due) == (decision.arm_id, decision.propensity, decision.due)


def _is_place_again(held: Held, decision: Decision) -> bool:
    """A participant's arm was drawn among those that had room; which these were is not stored, so any set will do."""
    features = held.features(json_object(decision.context))
    names = [arm.name for arm in held.learning.arms if arm.weight][:MOST_ARMS]
    sets = chain.from_iterable(combinations(names, n) for n in range(len(names), 0, -1))
    for free in sets:
        try:
            chances = Drawing(held, free, decision.among).chances(features)
        except PolicyError:
            continue
        choice = chances.draw(Stream(held.learning.seed, "decision", decision.uuid.hex))
        if choice.arm and (held.arms[choice.arm], choice.propensity) == (decision.arm_id, decision.propensity):
            return True
    return False


def relearn_states(experiment: Experiment, *, is_rehearsal: bool) -> Found:
    """Each state again from the one before it and the rewards that it learnt: the same JSON, byte for byte."""
    found, before = Found(), None
    switches = Switch.objects.filter(experiment=experiment, version_to__isnull=False)
    taught = {int(version) for version in switches.values_list("version_to", flat=True) if version}
    lessons = _lessons(experiment, is_rehearsal=is_rehearsal)
    number, batch = next(lessons, (0, []))
    rows = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).order_by("number")
    for row in rows.iterator(chunk_size=CHUNK):
        while number and number < row.number:
            number, batch = next(lessons, (0, []))
        learnt = batch if number == row.number else []
        if why := _why_not(before, row, learnt, taught):
            found.cannot_tell(why, state=row.number)
        elif _is_learnt_again(before, row, learnt):
            found.checked += 1
        else:
            found.differ(state=row.number, rewards=len(learnt))
        before = row
    return found


def _why_not(before: PolicyState | None, row: PolicyState, learnt: list[Reward], taught: set[int]) -> str:
    """Why nobody can learn it again; "" if somebody can."""
    is_first = before is None or before.version_id != row.version_id
    is_next = row.number == 1 if before is None else before.number == row.number - 1
    if not is_next:
        return NO_BEFORE
    if row.is_rebuilt:
        return REBUILT
    if is_first and row.version_id in taught:
        return TAUGHT
    return "" if len(learnt) == row.folded else LOST


def _is_learnt_again(before: PolicyState | None, row: PolicyState, learnt: list[Reward]) -> bool:
    """Of a thinned state its digest is left."""
    known = Replay()
    if before is not None:
        known = Replay(before.version_id, _known(before), Beside.parse(before.beside))
    known = known.under(row, taught=None)
    if learnt:
        known = known.learn(learnt)
    state = known.state or State()
    same = (
        Marker.parse(row.statistics).fits(state) if row.is_thinned else _text(state.to_json()) == _text(row.statistics)
    )
    return same and _text(known.beside.to_json() if known.beside else None) == _text(row.beside)


def _known(row: PolicyState) -> State:
    """What it says; nothing if it was thinned and what it was made of has changed: then the next one differs too."""
    try:
        return state_in(row)
    except Conflict:
        return State()


def _text(stored: object) -> str:
    return json.dumps(stored, sort_keys=True)


def _lessons(experiment: Experiment, *, is_rehearsal: bool) -> Iterator[tuple[int, list[Reward]]]:
    """What each state learnt, in the order in which it did; as it was then, whatever was excluded since."""
    rewards = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).select_related("decision")
    unlearnt: dict[int, list[Reward]] = {}
    for row in rewards.filter(unlearnt_from__isnull=False):
        unlearnt.setdefault(row.unlearnt_from or 0, []).append(row)
    learnt = rewards.filter(folded_in__gt=0).order_by("folded_in", "pk").iterator(chunk_size=CHUNK)
    for number, batch in groupby(learnt, key=lambda row: row.folded_in or 0):
        for left in sorted(one for one in unlearnt if one < number):
            yield left, _as_it_was(unlearnt.pop(left))
        yield number, _as_it_was([*batch, *unlearnt.pop(number, [])])
    for left in sorted(unlearnt):
        yield left, _as_it_was(unlearnt[left])


def _as_it_was(rows: list[Reward]) -> list[Reward]:
    for row in rows:
        row.decision.excluded = ""
    return sorted(rows, key=lambda row: row.pk)
