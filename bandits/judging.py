"""Would a candidate have earned more than the running policy? Asked of the running policy's own log.

The candidate goes through the log as it would have lived it: the log is cut into blocks, each block is judged with what
the candidate had learnt from the blocks before, and then learnt from. So no decision is judged by a policy that has
seen its reward, and the last block is judged by nearly the policy that goes live. The first block only teaches.
Each decision speaks of the difference on the same traffic: what the candidate would have earned there, by the stored
chance, less what was earned. docs/decisions/0076 says why, and what is promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db.models import Exists, OuterRef

from bandits.drawn import Drawn, tables_of
from bandits.errors import CannotJudge
from bandits.goal import Outcome
from bandits.learning import Learning, learning_of, learns
from bandits.models import PolicyState, Reward
from bandits.policies import PolicyError
from bandits.policies.adaptive import Features, State
from bandits.policies.adaptive import Reward as Learnt
from bandits.verdict import ArmNumbers, Verdict, needed_for
from experiments.errors import BadValue
from experiments.models import Experiment, Version
from experiments.published import arm_name, blueprint_of
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Evaluation

MOST, MOST_CONTEXTUAL = 50_000, 10_000
LEAST = 100
BLOCKS = 20
EXACT = "finite_sample"


@dataclass(frozen=True)
class Told:
    """A decision of the log with what came of it."""

    decision: int
    arm: str
    propensity: float
    context: JsonObject
    outcome: Outcome
    due: datetime
    state: int = 0
    among: int = 1


@dataclass(frozen=True)
class Findings:
    """What the log says, before anybody has said how sure one must be. tables: the chances that it was drawn with."""

    told: Sequence[Told]
    targets: Sequence[Sequence[float]]
    running: Learning
    tables: Sequence[Sequence[float]] | None = None

    def verdict(self, *, confidence: float, looks: int) -> Verdict:
        """The k-th challenge of a policy may use 1 / (k (k + 1)) of the doubt: all of them together use no more."""
        doubt = (1 - confidence) / (looks * (looks + 1))
        found = _evaluated(self, doubt)
        gain = found.gain if found.gain.kind == EXACT else found.gain_ips
        low, high = self.running.bounds
        lower = low - high if gain.lower is None else gain.lower
        upper = high - low if gain.upper is None else gain.upper
        names = [arm.name for arm in self.running.arms]
        return Verdict(
            decisions=len(self.told),
            first=self.told[0].decision,
            last=self.told[-1].decision,
            running=found.logged.estimate,
            candidate=found.logged.estimate + gain.estimate,
            difference=gain.estimate,
            lower=lower,
            upper=upper,
            asked=confidence,
            level=1 - doubt,
            looks=looks,
            effective_sample_size=found.effective_sample_size,
            largest_weight=found.largest_weight,
            missing=found.missing,
            needed=needed_for(len(self.told), gain.estimate, lower),
            arms=tuple(
                ArmNumbers(name, int(arm.pulls), arm.mean, arm.target)
                for name, arm in zip(names, found.arms, strict=True)
            ),
        )


def look(experiment: Experiment, candidate: Learning, running: Version, *, now: datetime) -> Findings:
    """Go through the log. CannotJudge if there is too little of it, or nothing could be guaranteed."""
    learning = learning_of(running.pk)
    low, high = learning.bounds
    if not high - low < float("inf"):
        raise CannotJudge(
            f"“{learning.goal.title}” has no low and high: without them no bound on what a policy earns holds.",
            hint="Give the measure its range and publish, then propose the policy again.",
        )
    most = MOST_CONTEXTUAL if candidate.policy.contextual else MOST
    told = list(told_by(experiment, running, is_rehearsal=experiment.is_rehearsal, most=most))
    if learning.default is not None:  # what is due tells its default; before that only who was quick has told
        told = [one for one in told if one.due <= now]
    if len(told) < LEAST:
        raise CannotJudge(
            f"There are {len(told)} decisions with a reward to judge it by; {LEAST} are the least.",
            hint="Let the running policy collect more rewards, then propose it again.",
        )
    judged, targets = lived(candidate, told)
    rows = [Drawn(one.arm, one.propensity, one.state, one.among, one.context) for one in judged]
    names = [arm.name for arm in learning.arms]
    looks = learning.policy.contextual
    tables = tables_of(experiment, rows, names, is_rehearsal=experiment.is_rehearsal, looks=looks)
    return Findings(judged, targets, learning, tables)


def taught(candidate: Learning, told: Sequence[Told]) -> State:
    """What the candidate knows after the whole log."""
    return candidate.policy.fold(candidate.policy.start(candidate.arms), list(_usable(candidate, told)))


def told_by(experiment: Experiment, running: Version, *, is_rehearsal: bool, most: int = MOST) -> Iterator[Told]:
    """What that policy decided and learnt from, at most the latest so many, in the order of the decisions.

    Earlier versions count while the policy, its reward and the arms were the same. Not what a ramp or a halt decided.
    """
    states = PolicyState.objects.filter(
        experiment=experiment,
        is_rehearsal=is_rehearsal,
        number=OuterRef("decision__policy_version"),
        version__in=same_policy(experiment, running),
        beside__isnull=True,
        halted_to__isnull=True,
    )
    learnt = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).filter(folded_in__gt=0)
    rows = learnt.filter(Exists(states), decision__excluded="").select_related("decision").order_by("-pk")[:most]
    for row in sorted(rows, key=lambda row: row.decision_id):
        decision = row.decision
        yield Told(
            decision=decision.pk,
            arm=arm_name(decision.arm_id),
            propensity=decision.propensity,
            context=decision.context if isinstance(decision.context, Mapping) else {},
            outcome=Outcome(row.value, cast("Mapping[str, float]", row.measures)),
            due=decision.due,
            state=decision.policy_version,
            among=decision.among,
        )


def same_policy(experiment: Experiment, running: Version) -> list[int]:
    """The versions under which the same policy learnt the same of the same arms; the running one among them."""
    learning = learning_of(running.pk)
    versions = Version.objects.filter(experiment=experiment).values_list("pk", flat=True)
    return [pk for pk in versions if _is_same(pk, learning)]


def _is_same(version_id: int, learning: Learning) -> bool:
    if not learns(blueprint_of(version_id).allocation):
        return False
    other = learning_of(version_id)
    return learning.continues(other) and other.arms == learning.arms


def lived(candidate: Learning, told: Sequence[Told]) -> tuple[list[Told], list[list[float]]]:
    """The decisions that are judged, each with the chances that the candidate would have given the arms then."""
    names = [arm.name for arm in candidate.arms]
    state = candidate.policy.start(candidate.arms)
    judged: list[Told] = []
    targets: list[list[float]] = []
    for number, block in enumerate(_blocks(told)):
        if number:
            judged += block
            targets += _chances(candidate, state, block, names)
        state = candidate.policy.fold(state, list(_usable(candidate, block)))
    return judged, targets


def _blocks(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    size = -(-len(told) // BLOCKS)
    return (told[start : start + size] for start in range(0, len(told), size))


def _chances(candidate: Learning, state: State, block: Sequence[Told], names: Sequence[str]) -> list[list[float]]:
    policy = candidate.policy
    if not policy.contextual:
        table = policy.probabilities(state, candidate.arms).chances
        return [[table[name] for name in names]] * len(block)
    tables = (policy.probabilities(state, candidate.arms, _features(candidate, one)).chances for one in block)
    return [[table[name] for name in names] for table in tables]


def _features(candidate: Learning, one: Told) -> Features | None:
    try:
        return candidate.features(one.context)
    except BadValue as refusal:
        raise CannotJudge(
            f"The log cannot tell what it would have done: {refusal.message}",
            hint="Send features with every decision, let the running policy collect some, then propose it again.",
        ) from refusal


def _usable(candidate: Learning, told: Sequence[Told]) -> Iterator[Learnt]:
    """As the candidate learns it; what it cannot learn from is left out, as folding does."""
    for one in told:
        try:
            learnt = candidate.reward(one.arm, one.outcome, one.propensity, one.context)
            candidate.policy.check_reward(learnt)
        except (PolicyError, BadValue):
            continue
        yield learnt


def _evaluated(findings: Findings, doubt: float) -> Evaluation:
    import numpy as np

    from analysis.statistics.off_policy import Log, Terms, evaluate

    places = {arm.name: place for place, arm in enumerate(findings.running.arms)}
    low, high = findings.running.bounds
    log = Log.of(
        [places[one.arm] for one in findings.told],
        [one.outcome.value for one in findings.told],
        [one.propensity for one in findings.told],
        tables=findings.tables,
    )
    # Each bound of `evaluate` fails with half its level. What the log could not have played counts as the worst.
    return evaluate(log, np.array(findings.targets), terms=Terms(low=low, high=high), level=2 * doubt, tolerance=1.0)
