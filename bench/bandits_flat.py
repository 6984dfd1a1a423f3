"""``make bench-flat``: what a decision, a reward, a fold and a page of the list cost with 1 to 10,000,000 stored.

The rows are made by the database itself (generate_series) in the real tables, then the services are timed. Times are of
one process, wall and CPU, medians of 300; the sizes are those of the tables and indexes when it was measured. The
commit's wait for the disk is left out (synchronous_commit off): it is the same for any number of rows, and on a shared
disk it swings more than all the rest. `--durable` leaves it in.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.bandits_servers import Bench
from machina_site.paths import VAR

SIZES = (1, 100_000, 1_000_000, 10_000_000)
FILL = """
    WITH made AS (
        INSERT INTO bandits_decision (uuid, experiment_id, is_rehearsal, arm_id, propensity, context, policy_version,
            among, key, decided_at, due, excluded)
        SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
                || '8' || substr(md5(n::text), 4, 15))::uuid,
            %(experiment)s, false, CASE WHEN n %% 2 = 0 THEN %(first)s ELSE %(last)s END, 0.5, '{"page": "menu"}', 1,
            1, CASE WHEN n %% 4 = 0 THEN 'old-' || n ELSE '' END, at, at + interval '1 day', ''
        FROM (SELECT n, now() - interval '30 days' + n * interval '0.2 second' AS at
            FROM generate_series(%(from)s::bigint, %(to)s::bigint) n) numbers
        RETURNING id, experiment_id, decided_at)
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT id, experiment_id, false, (id %% 2)::float8, '{}', false, decided_at, 1 FROM made WHERE id %% 2 = 0"""
INDEXES = """
    SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c
    WHERE c.relname LIKE 'bandits_decision%' OR c.relname LIKE 'bandits_reward%' OR c.relname LIKE 'decision_%'
        OR c.relname LIKE 'reward_%' OR c.relname LIKE '%decision_per_unit' ORDER BY 2 DESC"""
STEP = 500_000


def main() -> None:
    """Fill, time, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--durable", action="store_true")
    parser.add_argument("--var", type=Path, default=VAR / "bench-flat")
    given = parser.parse_args()
    bench = Bench(given.var)
    try:
        bench.start()
        os.environ |= bench._environment("machina")
        import django

        django.setup()
        _commit(durable=given.durable)
        _campaign([size for size in SIZES if size <= given.most])
    finally:
        bench.stop()


def _commit(*, durable: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, false)", ["on" if durable else "off"])


def _campaign(sizes: list[int]) -> None:
    from django.db import connection

    print("| stored | decide | by key | known key | reward | fold 200 | first page | last page | load |")
    print("|---|---|---|---|---|---|---|---|---|")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bandits_decision WHERE policy_version = 1 AND among = 1 AND unit_id IS NULL"
        )
        filled = int(cursor.fetchone()[0])
    for size in [size for size in sizes if size >= filled] or sizes[-1:]:
        filled = _fill(filled, size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) bandits_decision, bandits_reward")
            cursor.execute("CHECKPOINT")  # what the filling left to do is not part of what is measured
        times = " | ".join(f"{wall:.2f} ({cpu:.2f})" for wall, cpu in _times())
        print(f"| {size:,} | {times} | {os.getloadavg()[0]:.1f} |", flush=True)
    print("\nms: wall (CPU of our process), medians\n")
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        for name, size in cursor.fetchall():
            print(f"| {name} | {size / 2**20:,.0f} MB |")


def _fill(filled: int, size: int) -> int:
    from django.db import connection

    from experiments.models import Arm, Experiment

    experiment = Experiment.objects.get(slug="bench-learner")
    arms = list(Arm.objects.filter(experiment=experiment).order_by("pk").values_list("pk", flat=True))
    while filled < size:
        upto = min(filled + STEP, size)
        asked = {"experiment": experiment.pk, "first": arms[0], "last": arms[-1], "from": filled + 1, "to": upto}
        with connection.cursor() as cursor:
            cursor.execute(FILL, asked)
        filled = upto
        print(f"{filled:,} stored", file=sys.stderr, flush=True)
    return filled


def _times() -> list[tuple[float, float]]:
    """Of each deed, milliseconds."""
    from django.utils import timezone

    from bandits.models import Decision
    from bandits.services.deciding import Asked, decide
    from bandits.services.decision_rows import unrewarded
    from bandits.services.folding import fold
    from bandits.services.rewarding import Sent, reward_many, reward_new
    from experiments.models import Experiment

    experiment = Experiment.objects.select_related("version").get(slug="bench-learner")
    run = time.time_ns()
    numbers = iter(range(10**9))
    waiting = [decide(experiment, Asked(), now=timezone.now())[0].uuid for _ in range(4_000)]

    def give() -> None:
        found = unrewarded(waiting.pop())
        if found is not None:
            reward_new(experiment, found.decision, Sent(found.decision.uuid, True), now=timezone.now())

    def fold_some() -> None:
        fold(experiment, now=timezone.now())

    def before_fold() -> None:
        now = timezone.now()
        reward_many(experiment, [Sent(waiting.pop(), True) for _ in range(200)], now=now)

    rows = Decision.objects.of(experiment, is_rehearsal=False)
    last = Decision.objects.latest("pk").pk - 60
    fold_some()
    return [
        _median(lambda: decide(experiment, Asked(), now=timezone.now())),
        _median(lambda: decide(experiment, Asked(f"{run}-{next(numbers)}"), now=timezone.now())),
        _median(lambda: decide(experiment, Asked(f"{run}-1"), now=timezone.now())),
        _median(give),
        _median(fold_some, before=before_fold, times=8),
        _median(lambda: list(rows.order_by("pk")[:50]), times=50),
        _median(lambda: list(rows.filter(pk__gt=last).order_by("pk")[:50]), times=50),
    ]


def _median(
    act: Callable[[], object], *, before: Callable[[], object] = lambda: None, times: int = 300
) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(times):
        before()
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return statistics.median(walls), statistics.median(cpus)


if __name__ == "__main__":
    main()
