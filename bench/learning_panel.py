"""What the learning panel costs with many decisions: `python -m bench.learning_panel --decisions 1000000`.

In a database of its own, which is dropped afterwards. Prints how fast decisions are added up, and how long the panel
takes to be read and to be drawn with none, and with all of them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta

INSERT = """
    WITH arms AS (SELECT array_agg(id ORDER BY id) AS ids FROM experiments_arm WHERE experiment_id = %(experiment)s),
    drawn AS (SELECT i, random() AS u FROM generate_series(1, %(n)s) AS i),
    decided AS (INSERT INTO bandits_decision (uuid, experiment_id, is_rehearsal, arm_id, propensity, context,
            policy_version, among, key, decided_at, due, excluded)
        SELECT gen_random_uuid(), %(experiment)s, false, ids[CASE WHEN u < 0.5 THEN 1 WHEN u < 0.75 THEN 2 ELSE 3 END],
            CASE WHEN u < 0.5 THEN 0.5 ELSE 0.25 END, jsonb_build_object('device', 'd' || i %% 3),
            %(state)s, 1, '', now() - interval '7 days' + i * (interval '6 days' / %(n)s), now() - interval '1 hour', ''
        FROM drawn, arms RETURNING id, experiment_id, decided_at)
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT id, experiment_id, false, (random() < 0.15)::int, '{}', false, decided_at + interval '5 s', 2 FROM decided"""


def main() -> None:
    """Fill, add up, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=1_000_000)
    wanted: int = parser.parse_args().decisions
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    import django

    django.setup()
    from django.db import connection

    from machina_site.embedded import ensure_servers

    ensure_servers()
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        measure(wanted)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def measure(wanted: int) -> None:
    """Of an experiment with three arms and a context key."""
    from django.db import connection
    from django.utils import timezone

    from bandits.panel_reads import panel_of
    from bandits.services.deciding import Asked, decide_many
    from bandits.services.summaries import summarise
    from experiments.models import Experiment
    from machina_site import demo_shop
    from machina_site.monitor.learning import learning_page

    experiment = demo_shop.seed_shop()
    now = timezone.now()
    decide_many(experiment, [Asked()], now=now - timedelta(days=7, hours=1))

    def look(experiment: Experiment, now: datetime) -> int:
        panel = panel_of(experiment, is_rehearsal=False, now=now)
        return learning_page(panel, now=now).panel.decisions if panel else 0

    summarise(experiment, now=now)
    n, few = timed(lambda: look(experiment, now))
    say(f"{n:>10,} decisions: read and put in words in {1000 * few:.0f} ms")
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {"experiment": experiment.pk, "n": wanted, "state": 1})
    started = time.perf_counter()
    summarise(experiment, now=now)
    took = time.perf_counter() - started
    say(f"{wanted:>10,} added up in {took:.1f} s: {wanted / took:,.0f} a second")
    n, many = timed(lambda: look(experiment, now))
    say(f"{n:>10,} decisions: read and put in words in {1000 * many:.0f} ms")
    _, idle = timed(lambda: int(summarise(experiment, now=now)))
    say(f"           looking for new ones when there are none: {1000 * idle:.0f} ms")


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """What it gave, and the fewest seconds of five."""
    best, found = float("inf"), 0
    for _ in range(5):
        started = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - started)
    return found, best


def say(line: str) -> None:
    """At once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
