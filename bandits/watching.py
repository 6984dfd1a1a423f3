"""What the guardrails of a ramp have seen: evidence that is right at every look, whatever the two policies learn.

While a ramp is under way a decision's arm has three known chances: under the old policy, under the new one, and the
mixture that it was drawn with. So each decision speaks of both policies: with u = (new - old) / mixture, u times the
harm that came of it is on average the new policy's harm less the old one's, and u times any guess made before is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.db.models import QuerySet

from bandits.harm import Scale
from bandits.learning import Learning
from bandits.models import Decision, PolicyState, Reward, Switch
from bandits.ramps import REWARD, Guardrail, Plan
from bandits.services.states import Held, held_of
from experiments.published import arm_name
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.statistics.adaptive_allocation import LowerBound

MOST_POINTS = 120
ROUNDING = 1e-9
SLOW = timedelta(minutes=10)  # as folding looks back: a transaction may have been slow


@dataclass(frozen=True)
class Seen:
    """One decision of the ramp with what came of it. share: of the new policy when it was made."""

    old: float
    new: float
    drawn: float
    share: float
    harm: float


@dataclass(frozen=True)
class Evidence:
    """Of one guardrail. below, above: bounds on the harm from both sides; each fails with the level of the guardrail.

    harm, total: sums of what was seen, unweighted, and of the weighted terms. path: [n, estimate, low, high] over time,
    in units of the measure.
    """

    below: LowerBound
    above: LowerBound
    harm: float = 0.0
    total: float = 0.0
    path: tuple[tuple[float, ...], ...] = ()

    @classmethod
    def start(cls, level: float) -> Evidence:
        """Before the first decision. level: how often a harmless policy may raise the alarm, at most."""
        from analysis.statistics.adaptive_allocation import LowerBound

        return cls(LowerBound(level), LowerBound(level))

    @property
    def n(self) -> int:
        """How many decisions it has seen."""
        return self.below.n

    def proves_harm(self, guardrail: Guardrail, scale: Scale, *, most: float) -> bool:
        """Whether the bound is beyond what is allowed. Without harm it ever is with the level's chance, at most."""
        if not self.n:
            return False
        if guardrail.limit is not None:
            return most * self.below.value > scale.harm(guardrail.limit)
        return most * (self.below.value - 1) > guardrail.margin / scale.width

    def to_json(self) -> JsonObject:
        """As `Watch` holds it."""
        return cast(JsonObject, asdict(self))

    @classmethod
    def parse(cls, stored: Json) -> Evidence:
        """What `to_json` gave."""
        from analysis.statistics.adaptive_allocation import LowerBound

        parts = cast("Mapping[str, dict[str, float]]", stored)
        below, above = (
            LowerBound(**parts[name])  # type: ignore[arg-type]  # asdict wrote it
            for name in ("below", "above")
        )
        sums = cast("Mapping[str, float]", stored)
        path = tuple(tuple(point) for point in cast("Mapping[str, list[list[float]]]", stored)["path"])
        return cls(below, above, sums["harm"], sums["total"], path)

    def plus(self, seen: Sequence[Seen], guardrail: Guardrail, scale: Scale, *, most: float) -> Evidence:
        """With these too, in their order. most: the largest weight that the ramp can give."""
        if not seen:
            return self
        terms = _Terms(guardrail, most)
        harm, n = self.harm, self.n
        for one in seen:
            terms.take(one, guess=(harm + 0.5) / (n + 1))
            harm, n = harm + one.harm, n + 1
        import numpy as np

        grown = replace(
            self,
            below=self.below.plus(np.array(terms.below)),
            above=self.above.plus(np.array(terms.above)),
            harm=harm,
            total=self.total + terms.total,
        )
        return replace(grown, path=_thinned((*self.path, grown.point(guardrail, scale, most=most))))

    def point(self, guardrail: Guardrail, scale: Scale, *, most: float) -> tuple[float, ...]:
        """[n, estimate, low, high]: of the difference between the policies, or, with a limit, of the new one's mean."""
        mean = self.total / self.n
        if guardrail.limit is None:
            low = max(most * (self.below.value - 1), -1.0)
            high = min(-most * (self.above.value - 1), 1.0)
            ends = sorted(scale.change(end) for end in (low, high))
            return (self.n, scale.change(mean), *ends)
        low, high = max(most * self.below.value, 0.0), min(1 - most * self.above.value, 1.0)
        return (self.n, scale.value(mean), *sorted(scale.value(end) for end in (low, high)))


class _Terms:
    """The values that both bounds learn from, of one batch."""

    def __init__(self, guardrail: Guardrail, most: float) -> None:
        self.below: list[float] = []
        self.above: list[float] = []
        self.total = 0.0
        self._most, self._compares = most, guardrail.limit is None

    def take(self, one: Seen, *, guess: float) -> None:
        """Values from 0 to 2. guess: of the harm, made before it was seen.

        The bounds would be right for larger ones too, but one that came early would cost them all their power.
        """
        if self._compares:
            term = (one.new - one.old) / one.drawn * (one.harm - guess)
            pair = 1 + term / self._most, 1 - term / self._most
        else:
            weight = one.new / one.drawn
            term = weight * one.harm
            pair = term / self._most, weight * (1 - one.harm) / self._most
        self.below.append(max(pair[0], 0.0))
        self.above.append(max(pair[1], 0.0))
        self.total += term


@dataclass(frozen=True)
class Watch:
    """What all guardrails have seen, of rewards that states up to number ``upto`` have learnt.

    after: no reward up to that id can still be learnt; it only saves looking.
    """

    upto: int = 0
    after: int = 0
    evidence: tuple[Evidence, ...] = field(default=())

    def to_json(self) -> JsonObject:
        """As `Switch.watch` holds it."""
        return {"upto": self.upto, "after": self.after, "evidence": [one.to_json() for one in self.evidence]}

    @classmethod
    def of(cls, switch: Switch, plan: Plan) -> Watch:
        """What is stored, or the beginning."""
        if isinstance(switch.watch, Mapping) and switch.watch:
            rows = cast("Sequence[Json]", switch.watch["evidence"])
            upto, after = (cast(int, switch.watch[name]) for name in ("upto", "after"))
            return cls(upto, after, tuple(Evidence.parse(row) for row in rows))
        guardrails = plan.guardrails or ()
        return cls(0, 0, tuple(Evidence.start(plan.alpha / len(guardrails)) for _ in guardrails))

    def broken(self, plan: Plan, learning: Learning) -> int | None:
        """The place of the first guardrail that proves harm."""
        most, pairs = most_weight(plan), zip(plan.guardrails or (), self.evidence, strict=True)
        proven = (one.proves_harm(each, Scale.of(each, learning), most=most) for each, one in pairs)
        return next((place for place, is_proven in enumerate(proven) if is_proven), None)


def watched(switch: Switch, learning: Learning, *, now: datetime) -> Watch:
    """With all rewards that were learnt since the last look. Those of a halt, or that nothing learnt, say nothing."""
    plan = Plan.parse(switch.plan)
    watch, most = Watch.of(switch, plan), most_weight(plan)
    states = PolicyState.objects.filter(experiment=switch.experiment_id, is_rehearsal=switch.is_rehearsal)
    newest = states.latest("number").number
    rewards = Reward.objects.filter(
        experiment=switch.experiment_id, is_rehearsal=switch.is_rehearsal, pk__gt=watch.after
    )
    new = rewards.filter(folded_in__gt=watch.upto, folded_in__lte=newest, at__gte=switch.started_at or now)
    rows = list(new.select_related("decision").order_by("folded_in", "pk"))
    drawn = _drawn(switch, [row.decision for row in rows])
    evidence = []
    for guardrail, one in zip(plan.guardrails or (), watch.evidence, strict=True):
        scale = Scale.of(guardrail, learning)
        evidence.append(one.plus(list(_seen(rows, drawn, guardrail, scale)), guardrail, scale, most=most))
    return Watch(newest, _settled(rewards, watch.after, now=now), tuple(evidence))


def _settled(rewards: QuerySet[Reward], after: int, *, now: datetime) -> int:
    """The id up to which all rewards are learnt, and no slow transaction can bring another one."""
    ahead = rewards.order_by("pk").values_list("pk", flat=True)
    waiting = ahead.filter(folded_in__isnull=True).first()
    recent = ahead.filter(at__gte=now - SLOW).first()
    still = [pk for pk in (waiting, recent) if pk is not None]
    return min(still) - 1 if still else after


def most_weight(plan: Plan) -> float:
    """The largest weight that a decision of the ramp can have."""
    return max((max(1 / stage.share, 1 / (1 - stage.share)) for stage in plan.stages), default=1.0)


def _drawn(switch: Switch, decisions: Sequence[Decision]) -> dict[int, tuple[float, float, float]]:
    """The chance of each decision's arm under the old policy and the new one, and the share of the new one."""
    rows = PolicyState.objects.filter(
        experiment=switch.experiment_id,
        is_rehearsal=switch.is_rehearsal,
        number__in={decision.policy_version for decision in decisions},
        beside__switch=switch.number,
        halted_to__isnull=True,
    )
    held = {number: _held(pk) for pk, number in rows.order_by().values_list("pk", "number")}
    known = [one for one in decisions if one.policy_version in held]
    found = {one.pk: _chances(held[one.policy_version], one) for one in known}
    return {pk: chances for pk, chances in found.items() if chances is not None}


@lru_cache(maxsize=512)
def _held(pk: int) -> Held:
    """A state never changes; its tables are worked out once."""
    row = PolicyState.objects.get(pk=pk)
    return held_of(row, now=row.created_at)


def _chances(held: Held, decision: Decision) -> tuple[float, float, float] | None:
    """None for one that was not drawn from the mixture alone: where arms were full, others took their chances."""
    context: JsonObject = decision.context if isinstance(decision.context, Mapping) else {}
    parts = held.parts(held.features(context), among=decision.among)
    arm = arm_name(decision.arm_id)
    old, new = (part.chances.get(arm, 0.0) for part in parts)
    share = held.beside.share if held.beside else 0.0
    if abs((1 - share) * old + share * new - decision.propensity) > ROUNDING:
        return None
    return old, new, share


def _seen(
    rows: Iterable[Reward], drawn: Mapping[int, tuple[float, float, float]], guardrail: Guardrail, scale: Scale
) -> Iterable[Seen]:
    """Those in which the measure came."""
    for row in rows:
        value = (
            row.value
            if guardrail.measure == REWARD
            else cast("Mapping[str, float]", row.measures).get(guardrail.measure)
        )
        if value is None or row.decision_id not in drawn:
            continue
        old, new, share = drawn[row.decision_id]
        yield Seen(old, new, row.decision.propensity, share, scale.harm(value))


def _thinned(path: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    return path if len(path) <= MOST_POINTS else (*path[:-1:2], path[-1])
