"""Reward: what came of a decision, taken once, within its window."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from bandits.errors import TooLate
from bandits.goal import Outcome
from bandits.learning import Learning, learning_of
from bandits.models import Decision, Reward
from bandits.policies import PolicyError
from bandits.policies.adaptive import Reward as Learnt
from bandits.services.prepared import Statement
from bandits.services.purses import correct, pay
from bandits.services.states import require_learning
from experiments.errors import BadValue, Conflict, Frozen, Invalid, Refusal, Unknown
from experiments.models import Experiment, Status
from experiments.published import arm_name
from experiments.types import Json, JsonObject

MOST_ERRORS = 100
INSERT = """
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT sent.decision, %(experiment)s, sent.is_rehearsal, sent.value, sent.measures, false, %(now)s, NULL
    FROM unnest(%(decisions)s::bigint[], %(rehearsals)s::boolean[], %(values)s::float8[], %(measures)s::jsonb[])
        AS sent (decision, is_rehearsal, value, measures)
    ON CONFLICT (decision_id) DO NOTHING RETURNING decision_id"""

INSERT_ONE = Statement(
    "machina_reward",
    ("bigint", "bigint", "boolean", "float8", "jsonb", "timestamptz"),
    """INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    VALUES ($1, $2, $3, $4, $5, false, $6, NULL) ON CONFLICT (decision_id) DO NOTHING RETURNING decision_id""",
)
INSERT_UNSEEN = Statement(
    "machina_reward_unseen",
    ("uuid", "bigint", "text", "bigint", "float8", "jsonb", "timestamptz"),
    """INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT d.id, d.experiment_id, d.is_rehearsal, $5, $6, false, $7, NULL
    FROM bandits_decision d JOIN experiments_experiment e ON e.id = d.experiment_id
    WHERE d.uuid = $1 AND d.experiment_id = $2 AND d.due >= $7 AND e.status = $3 AND e.version_id = $4
    ON CONFLICT (decision_id) DO NOTHING RETURNING decision_id""",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reward as it was sent. correct: put it in the place of another one that no state has learnt yet.

    value: of the primary measure. measures: of any, by name. One of them is needed.
    """

    decision: uuid.UUID
    value: Json = None
    correct: bool = False
    measures: JsonObject = field(default_factory=dict)


def reward(experiment: Experiment, sent: Sent, *, now: datetime) -> bool:
    """Take one reward; False if it was there already.

    Unknown decision: Unknown. Outside kind or range: BadValue. After its window: TooLate. Another value than before:
    Conflict, unless it is a correction and nothing has learnt from the old one yet. Then nothing changes.
    """
    return reward_many(experiment, [sent], now=now) == 1


@transaction.atomic
def reward_many(experiment: Experiment, sent: Sequence[Sent], *, now: datetime) -> int:
    """Take all or none; returns how many were new or corrected. Refuses as `reward`; of several, Invalid names all."""
    _require_recording(experiment)
    learning = learning_of(require_learning(experiment))
    decisions = _decisions(experiment, {one.decision for one in sent})
    before = {row.decision_id: row for row in Reward.objects.filter(decision__in=decisions.values())}
    outcomes = _checked(learning, sent, decisions, before, now=now)
    new = insert_rewards(experiment, [(decisions[one], outcome) for one, outcome in outcomes.items()], now=now)
    changed = _settle(learning, sent, decisions, outcomes, new)
    return len(new) + changed


def reward_unseen(experiment: Experiment, sent: Sent, *, now: datetime) -> bool:
    """The first reward of a decision of this experiment, in one statement that looks at the decision itself.

    False, and nothing is changed: it may be another experiment's, unknown, too late or rewarded, or the experiment is
    no longer what the instance says, the policy has to look at the context, or a budget pays. Then ask `reward_new` or
    `reward_many`.
    """
    _require_recording(experiment)
    learning = learning_of(require_learning(experiment))
    if learning.policy.contextual or learning.goal.cost is not None:
        return False
    outcome = learning.outcome(sent.value, sent.measures)
    _require_learnable(learning, learning.reward(learning.arms[0].name, outcome, 1.0, {}))
    guard = [sent.decision.hex, experiment.pk, experiment.status, experiment.version_id]
    return bool(INSERT_UNSEEN.rows([*guard, outcome.value, _as_text(outcome), now]))


def _as_text(outcome: Outcome) -> str:
    return json.dumps(outcome.measures) if outcome.measures else "{}"


def reward_new(experiment: Experiment, decision: Decision, sent: Sent, *, now: datetime) -> bool:
    """One INSERT for a decision that was just read and had no reward; False if a rival's came first. Under a budget it
    is paid for too. Refuses as `reward`, but for what only `reward_many` can tell: ask it then.
    """
    _require_recording(experiment)
    learning = learning_of(require_learning(experiment))
    outcome = _outcome(learning, sent, decision, {}, now=now)
    if learning.goal.cost is not None:
        return bool(insert_rewards(experiment, [(decision, outcome)], now=now))
    row = [decision.pk, experiment.pk, decision.is_rehearsal, outcome.value, _as_text(outcome), now]
    return bool(INSERT_ONE.rows(row))


def _require_recording(experiment: Experiment) -> None:
    if experiment.status == Status.ARCHIVED:
        raise Frozen(f"“{experiment.title}” is archived; nothing is recorded any more.")


def _decisions(experiment: Experiment, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Decision]:
    rows = Decision.objects.filter(uuid__in=ids, experiment=experiment).order_by()
    return {row.uuid: row for row in rows}


def _checked(
    learning: Learning,
    sent: Sequence[Sent],
    decisions: Mapping[uuid.UUID, Decision],
    before: Mapping[int, Reward],
    *,
    now: datetime,
) -> dict[uuid.UUID, Outcome]:
    """What came of each decision. One refusal is raised as it is; several are named in one Invalid."""
    outcomes: dict[uuid.UUID, Outcome] = {}
    refusals: list[tuple[int, Refusal]] = []
    for index, one in enumerate(sent):
        try:
            decision = decisions.get(one.decision)
            outcome = _outcome(learning, one, decision, before, now=now)
            if outcomes.setdefault(one.decision, outcome) != outcome:
                raise Conflict(f"The decision {one.decision} stands twice, with two values.", hint="Send one of them.")
        except Refusal as refusal:
            refusals.append((index, refusal))
    if len(sent) == 1 and refusals:
        raise refusals[0][1]
    if refusals:
        errors = tuple({"path": f"rewards[{index}]", "message": refusal.message} for index, refusal in refusals)
        message = f"{len(errors)} of {len(sent)} cannot be taken; nothing was: {errors[0]['message']}"
        raise Invalid(message, hint="Mend these and send all of them again.", errors=errors[:MOST_ERRORS])
    return outcomes


def _outcome(
    learning: Learning, sent: Sent, decision: Decision | None, before: Mapping[int, Reward], *, now: datetime
) -> Outcome:
    if decision is None:
        raise Unknown(f"There is no decision {sent.decision} in this experiment.")
    outcome = learning.outcome(sent.value, sent.measures)
    known = before.get(decision.pk)
    if known is not None and not known.is_default and _is(known, outcome):
        return outcome
    if now > decision.due or (known is not None and known.is_default):
        raise _too_late(decision)
    context: JsonObject = decision.context if isinstance(decision.context, Mapping) else {}
    _require_learnable(learning, learning.reward(arm_name(decision.arm_id), outcome, decision.propensity, context))
    return outcome


def _require_learnable(learning: Learning, reward: Learnt) -> None:
    try:
        learning.policy.check_reward(reward)
    except PolicyError as error:
        raise BadValue(error.message, hint=error.hint) from error


def _is(row: Reward, outcome: Outcome) -> bool:
    return (row.value, row.measures) == (outcome.value, outcome.measures)


def _too_late(decision: Decision) -> TooLate:
    return TooLate(f"Rewards of this decision counted until {decision.due:%Y-%m-%d %H:%M:%S} UTC.")


def insert_rewards(experiment: Experiment, outcomes: Iterable[tuple[Decision, Outcome]], *, now: datetime) -> set[int]:
    """The decisions that had no reward. One statement; whoever comes second waits for the first, and finds it there."""
    rows = sorted(outcomes, key=lambda row: row[0].pk)  # everybody in the same order: no two wait for each other
    learning = learning_of(require_learning(experiment))
    if learning.goal.cost is None:
        return _insert(experiment, rows, now=now)
    with transaction.atomic():
        new = _insert(experiment, rows, now=now)
        for is_rehearsal in (False, True):
            mine = [(row, one) for row, one in rows if row.pk in new and row.is_rehearsal == is_rehearsal]
            pay(experiment, {row.pk: learning.cost(one.measures) for row, one in mine}, is_rehearsal=is_rehearsal)
    return new


def _insert(experiment: Experiment, rows: Sequence[tuple[Decision, Outcome]], *, now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "experiment": experiment.pk,
                "now": now,
                "decisions": [decision.pk for decision, _ in rows],
                "rehearsals": [decision.is_rehearsal for decision, _ in rows],
                "values": [outcome.value for _, outcome in rows],
                "measures": [json.dumps(outcome.measures) for _, outcome in rows],
            },
        )
        return {int(pk) for (pk,) in cursor.fetchall()}


def _settle(
    learning: Learning,
    sent: Sequence[Sent],
    decisions: Mapping[uuid.UUID, Decision],
    outcomes: Mapping[uuid.UUID, Outcome],
    new: Collection[int],
) -> int:
    """Those that had one already: the same again is nothing, a correction is made, anything else is refused."""
    corrections = {one.decision for one in sent if one.correct}
    old = {decision.pk: identity for identity, decision in decisions.items() if decision.pk not in new}
    changed = 0
    if not old:
        return changed
    for row in Reward.objects.filter(decision__in=old).order_by("decision_id"):
        identity = old[row.decision_id]
        if row.is_default:
            raise _too_late(decisions[identity])
        if _is(row, outcomes[identity]):
            continue
        if identity not in corrections:
            raise Conflict(
                f"The decision {identity} has another reward already.", hint="Send `correct`: true to replace it."
            )
        changed += _correct(row, outcomes[identity])
        if learning.goal.cost is not None:
            correct(decisions[identity].experiment, decisions[identity], learning.cost(outcomes[identity].measures))
    return changed


def _correct(row: Reward, outcome: Outcome) -> int:
    """In place, unless a folder was faster."""
    mine = Reward.objects.unfolded().filter(pk=row.pk, is_default=False)
    if not mine.update(value=outcome.value, measures=dict(outcome.measures)):
        raise Conflict("That reward has been learnt from; it can no longer be corrected.", hint="It stays as it is.")
    return 1
