"""How long a question about a large log takes, policy by policy, and the memory of the process that answers.

    .venv/bin/python -m bench.evaluating                    # 1,000,000 decisions from 1,000 states
    .venv/bin/python -m bench.evaluating 20000 --states 40 --keep    # the worked example of docs/off-policy.md

Makes an experiment of its own in the database that the settings name, and removes it again unless told to keep it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from bandits.learning import Learning
    from bandits.policies.adaptive import State
    from experiments.models import Experiment
    from experiments.types import JsonObject

SLUG = "lunch-log"
RATES = {"menu": {"soup": 0.10, "salad": 0.12, "pie": 0.09}, "home": {"soup": 0.14, "salad": 0.11, "pie": 0.10}}
QUESTIONS = (
    ({"policy": "always", "arm": "salad"}, "along", ""),
    ({"policy": "always", "arm": "salad"}, "along", "page"),
    ({"policy": "kl_moss"}, "frozen", ""),
    ({"policy": "kl_moss"}, "along", ""),
    ({"policy": "kl_moss"}, "replay", ""),
    ({"state": 41}, "frozen", "page"),
)
DECISIONS = """
    INSERT INTO bandits_decision (uuid, experiment_id, is_rehearsal, arm_id, propensity, context, policy_version, key,
        decided_at, due)
    SELECT gen_random_uuid(), %(experiment)s, false, (%(arms)s::bigint[])[place], (%(chances)s::float8[])[place],
        jsonb_build_object('page', page), %(state)s, '', at, at + interval '1 hour'
    FROM (SELECT at, page, 1 + (u > ends[1])::int + (u > ends[2])::int AS place FROM (
        SELECT %(at)s::timestamptz + n * interval '1 second' AS at, (ARRAY['menu', 'home'])[1 + (random() < 0.5)::int]
            AS page, random() AS u, %(ends)s::float8[] AS ends FROM generate_series(1, %(n)s) AS n) drawn) placed
    RETURNING id"""
REWARDS = """
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, is_default, at, folded_in)
    SELECT id, experiment_id, false, (random() < (%(rates)s::jsonb -> (context ->> 'page') ->> arm_id::text)::float8)
        ::int::float8, false, decided_at + interval '1 minute', %(state)s + 1
    FROM bandits_decision d WHERE experiment_id = %(experiment)s AND id >= %(first)s
    RETURNING (SELECT arm_id FROM bandits_decision d WHERE d.id = decision_id), value"""


def make_log(decisions: int, states: int) -> Experiment:
    """A Thompson policy's month: each state really is the one before with what its decisions brought."""
    from django.db import connection

    from bandits.learning import learning_of
    from bandits.services.states import current_state, state_in

    experiment = _experiment()
    begins = datetime.now(UTC) - timedelta(seconds=decisions + 7200)
    row, _ = current_state(experiment, is_rehearsal=False, now=begins)
    state, month = state_in(row), _Month(experiment, learning_of(row.version_id), row.version_id, decisions // states)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.18)")
        for number in range(1, states + 1):
            state = month.fold(cursor, state, number, begins + timedelta(seconds=(number - 1) * month.each))
        cursor.execute("ANALYZE bandits_decision, bandits_reward, bandits_policystate")
    return experiment


def _experiment() -> Experiment:
    from tests.factories import make_experiment, make_study
    from tests.learners import PRIMARY

    return make_experiment(
        make_study(f"bench-{time.time_ns()}"),
        slug=SLUG,
        title="What is for lunch?",
        unit_kind="visitor",
        steps=[],
        measures=PRIMARY,
        factors=[{"name": "offer", "levels": ["soup", "salad", "pie"]}],
        allocation={"policy": "thompson_bernoulli", "reward_window_seconds": 3600, "floor": 0.05},
    )


@dataclass
class _Month:
    """What is the same in every state. each: decisions of a state, one a second."""

    experiment: Experiment
    learning: Learning
    version_id: int
    each: int

    def fold(self, cursor: CursorWrapper, state: State, number: int, at: datetime) -> State:
        """Decisions of that state and their rewards; the state after them, which is kept, too."""
        from bandits.policies.adaptive import Reward

        arms = {name: pk for pk, name in self.experiment.arms.values_list("pk", "name")}
        chances = self.learning.policy.probabilities(state, self.learning.arms).chances
        line = [chances[name] for name in arms]
        said: dict[str, Any] = {"experiment": self.experiment.pk, "state": number, "arms": [*arms.values()]}
        said |= {"chances": line, "at": at, "ends": [line[0], line[0] + line[1]], "n": self.each}
        cursor.execute(DECISIONS, said)
        rates = json.dumps({page: {str(arms[arm]): rate for arm, rate in one.items()} for page, one in RATES.items()})
        said = {"experiment": self.experiment.pk, "state": number, "rates": rates, "first": cursor.fetchone()[0]}
        cursor.execute(REWARDS, said)
        names = {pk: name for name, pk in arms.items()}
        after = self.learning.policy.fold(state, [Reward(names[arm], value) for arm, value in cursor.fetchall()])
        self._keep(after, number + 1, at + timedelta(seconds=self.each))
        return after

    def _keep(self, state: State, number: int, at: datetime) -> None:
        from bandits.models import PolicyState

        PolicyState.objects.create(
            experiment=self.experiment,
            number=number,
            version_id=self.version_id,
            statistics=cast("JsonObject", state.to_json()),
            folded=self.each,
            settled_until=at,
            created_at=at,
        )


def remove(experiment: Experiment) -> None:
    """Everything of the bench; the diary cannot be deleted and stays."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("bandits_reward", "bandits_decision"):
            cursor.execute(f"DELETE FROM {table} WHERE experiment_id = %s", [experiment.pk])  # noqa: S608 (ours)
    experiment.slug = f"{SLUG}-{experiment.pk}-done"
    experiment.save(update_fields=["slug"])


def main() -> None:
    """Make the log, ask, say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("decisions", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--states", type=int, default=1_000)
    parser.add_argument("--keep", action="store_true", help="leave the experiment in the database")
    options = parser.parse_args()

    import django

    django.setup()
    from django.core.management import call_command

    from experiments.models import Experiment
    from machina_site.embedded import ensure_servers

    ensure_servers()
    call_command("migrate", verbosity=0)
    for left in Experiment.objects.filter(slug=SLUG):
        remove(left)
    started = time.perf_counter()
    experiment = make_log(options.decisions, options.states)
    print(
        f"{options.decisions:,} decisions from {options.states:,} states made in {time.perf_counter() - started:.0f} s"
    )
    ask(experiment)
    if not options.keep:
        remove(experiment)


def ask(experiment: Experiment) -> None:
    """Every question once."""
    from bandits.evaluation.answering import answer
    from bandits.evaluation.question import Question

    for policy, learning, by in QUESTIONS:
        found = answer(experiment, Question(policy, learning=learning, by=by), now=datetime.now(UTC))
        value = found.whole.best
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        words = f"{found.described.title}, {learning}{', by ' + by if by else ''}"
        print(
            f"{words:<40} {found.seconds:6.2f} s  {value.estimate:.4f} [{value.lower:.4f}, {value.upper:.4f}]  "
            f"{peak:.0f} MB so far"
        )


if __name__ == "__main__":
    main()
