"""``make bench-analysis``: results of an experiment with a million measurements and twenty measures.

In a database of its own, which is dropped afterwards. How fast the tally is folded (all at once, then what comes in
afterwards); in processes that do nothing else, how long until the first answer and with which memory: of the plan as it
stands, with units left out, and of a plan that must see every unit; a series and a distribution; how fast the record is
exported, beside COPY of the same columns and rows by PostgreSQL; the same numbers by gbstats 0.8.0 and statsmodels in
the same run, in a venv of their own. `--units 50000`: how many. `--without-peers`: ours alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.registered.document import Plan
    from experiments.models import Experiment

MEASURES = 20
FILL = (
    """INSERT INTO experiments_unit (uuid, experiment_id, kind, key, attributes, is_rehearsal, created_at)
    SELECT gen_random_uuid(), %(experiment)s, 'visitor', '', jsonb_build_object(
        'country', (ARRAY['Chad','Fiji','Peru','Oman'])[1 + i %% 4], 'before', round((random() * 100)::numeric, 3)),
    false, now() - interval '7 days' + i * (interval '6 days' / %(n)s) FROM generate_series(1, %(n)s) AS i""",
    """WITH arms AS (SELECT array_agg(id ORDER BY id) AS ids FROM experiments_arm WHERE experiment_id = %(experiment)s)
    INSERT INTO experiments_assignment (experiment_id, unit_id, version_id, arm_id, propensity, policy, policy_version,
        slot_id, stratum, row, at)
    SELECT %(experiment)s, u.id, %(version)s, ids[1 + (random() < 0.5)::int], 0.5, 'permuted_blocks', '', NULL, '', 0,
        u.created_at FROM experiments_unit u, arms WHERE u.experiment_id = %(experiment)s ORDER BY u.id""",
    """INSERT INTO experiments_measurement (experiment_id, unit_id, measure_id, value, number, context, at, key)
    SELECT %(experiment)s, unit, measure, to_jsonb(x), x, '{}', at, unit || ':' || measure FROM (
        SELECT a.unit_id AS unit, m.id AS measure, a.at + interval '1 minute' AS at, CASE m.kind
            WHEN 'boolean' THEN (random() < 0.3 + 0.02 * (a.arm_id %% 2))::int
            ELSE CASE WHEN m.high IS NULL THEN exp(random() + random()) * 20 ELSE
                least(100, greatest(0, 50 + 20 * (random() + random() + random() - 1.5) + (a.arm_id %% 2))) END END AS x
        FROM experiments_assignment a CROSS JOIN experiments_measure m
        WHERE a.experiment_id = %(experiment)s AND m.experiment_id = %(experiment)s
        ORDER BY a.unit_id, m.id) AS made""",
)
LATE = """INSERT INTO experiments_measurement (experiment_id, unit_id, measure_id, value, number, context, at, key)
    SELECT %(experiment)s, u.id, %(measure)s, to_jsonb(1.0), 1.0, '{}', now(),
        'late:' || u.id || ':' || clock_timestamp()
    FROM experiments_unit u WHERE u.experiment_id = %(experiment)s ORDER BY ORDERED LIMIT %(n)s"""


def main() -> None:
    """Fill, fold, ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=50_000)
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--answer", metavar="PLAN", help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    import django

    django.setup()
    from django.db import connection

    from machina_site.embedded import ensure_servers

    if given.answer:
        connection.settings_dict["NAME"] = given.database
        return answering(given.answer)
    ensure_servers()
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        measure(given.units, with_peers=not given.without_peers)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def measure(units: int, *, with_peers: bool) -> None:
    """Everything, in the order in which a user meets it."""
    from django.db import connection

    experiment = laid(units)
    say(f"{units:,} units, {MEASURES} measures: {units * MEASURES:,} measurements")
    folding(experiment, units)
    for kind in PLANS:
        asking(kind)
    looking(experiment)
    from bench.analysing_export import exporting

    exporting(experiment, units)
    if with_peers:
        from bench.analysing_beside import beside

        beside(experiment)
    connection.close()


def laid(units: int) -> Experiment:
    """The record, made by the database."""
    from django.db import connection

    from experiments.models import Experiment, Study
    from experiments.services.editing import apply_definition
    from experiments.services.lifecycle import start_experiment

    study = Study.objects.create(slug="bench", title="Bench")
    experiment = Experiment.objects.create(study=study, slug="bench-analysis", title="A million")
    experiment = start_experiment(apply_definition(experiment, definition()))
    asked = {"experiment": experiment.pk, "version": experiment.version_id, "n": units}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, asked)
        cursor.execute("VACUUM ANALYZE" if connection.get_autocommit() else "ANALYZE")
    return Experiment.objects.select_related("study", "version").get(pk=experiment.pk)


def definition() -> dict[str, Any]:
    """Two arms; of the measures a tenth yes or no, half between declared ends, the rest without."""
    from experiments.definition import normalise

    measures: list[dict[str, Any]] = []
    for number in range(MEASURES):
        one: dict[str, Any] = {"name": f"m{number:02}", "role": "primary" if number < 2 else "secondary"}
        one |= {"direction": "up", "kind": "boolean" if number < 2 else "number"}
        measures.append(one | ({"low": 0, "high": 100} if 2 <= number < 12 else {}))
    factors: Any = [{"name": "frame", "levels": ["plain", "vivid"]}]
    return normalise(
        {
            "slug": "bench-analysis",
            "title": "A million",
            "unit_kind": "visitor",
            "target": 100,
            "factors": factors,
            "measures": measures,
        }
    )


def folding(experiment: Experiment, units: int) -> None:
    """All at once; then what comes in afterwards, of the newest units and of any."""
    from django.db import connection
    from django.utils import timezone

    from analysis.results.services.folding import fold
    from experiments.models import Measure

    values = units * MEASURES
    _, took = timed(lambda: fold(experiment, now=timezone.now()), once=True)
    say(f"folded from nothing in {took:.1f} s: {values / took:,.0f} measurements a second, {peak():.0f} MB at most")
    _, idle = timed(lambda: fold(experiment, now=timezone.now()))
    say(f"folded again with nothing new: {1000 * idle:.0f} ms")
    measured = Measure.objects.filter(experiment=experiment, name="m12").values_list("pk", flat=True)[0]
    for which, order in (("of the newest units", "u.id DESC"), ("of any units", "random()")):
        with connection.cursor() as cursor:
            asked = {"experiment": experiment.pk, "measure": measured, "n": 1000}
            cursor.execute(LATE.replace("ORDERED", order), asked)
        _, took = timed(lambda: fold(experiment, now=timezone.now()), once=True)
        say(f"1,000 more {which} folded in {1000 * took:.0f} ms")


def asking(kind: str) -> None:
    """In a process of its own, so that nothing but the answer is in its memory."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    line = [sys.executable, "-m", "bench.analysing", "--answer", kind, "--database", name]
    subprocess.run(line, check=True)


def answering(kind: str) -> None:
    """What a page asks first."""
    from analysis.registered.reads import plan_of
    from analysis.results.services.analysing import analyse
    from experiments.models import Experiment

    experiment = Experiment.objects.select_related("study", "version").get(slug="bench-analysis")
    plan = PLANS[kind](plan_of(experiment))
    before, cpu = peak(), time.process_time()
    first, took = timed(lambda: analyse(experiment, plan), once=True)
    cpu, most = time.process_time() - cpu, peak()
    answered = sum(each.estimate is not None for each in first.answers)
    _, again = timed(lambda: analyse(experiment, plan))
    say(
        f"{kind}: first answer, {answered} of {len(first.answers)} questions: {1000 * took:.0f} ms "
        f"({1000 * cpu:.0f} of CPU, imports included); the next one: "
        f"{1000 * again:.0f} ms; memory at most {most:.0f} MB ({before:.0f} MB before it was asked)"
    )


def as_it_stands(plan: Plan) -> Plan:
    """Twenty questions, two families."""
    return plan


def leaving_out(plan: Plan) -> Plan:
    """Both analyses: with everybody, and without every twentieth unit."""
    from analysis.registered.document import Exclusion
    from analysis.results import exclusions
    from experiments.models import Unit

    def rule(experiment: Experiment, _: object) -> dict[int, str]:
        keys = Unit.objects.filter(experiment=experiment).order_by("pk").values_list("pk", flat=True)
        return dict.fromkeys(keys[::20], "poor work")

    exclusions.register("bench", rule, title="poor work")
    return replace(plan, exclusions=(Exclusion("bench"),))


def by_units(plan: Plan) -> Plan:
    """Two questions of twenty by ranks: those must see every unit."""
    from analysis.registered.document import Method

    asked = [replace(each, method=Method.RANKS) if n in (5, 15) else each for n, each in enumerate(plan.questions)]
    return replace(plan, questions=tuple(asked))


PLANS: dict[str, Callable[[Plan], Plan]] = {
    "as it stands": as_it_stands,
    "with units left out": leaving_out,
    "two of twenty by ranks": by_units,
}


def looking(experiment: Experiment) -> None:
    """What pictures are drawn from: units as columns."""
    from analysis.results.services.looking import Look

    look, took = timed(lambda: Look.at(experiment, is_rehearsal=False), once=True)
    _, drawn = timed(lambda: look.series(look.plan.questions[0].name), once=True)
    _, spread = timed(lambda: look.distribution("m05"), once=True)
    say(f"an estimate over time: {1000 * drawn:.0f} ms; a distribution: {1000 * spread:.0f} ms")
    say(f"all columns read: {1000 * took:.0f} ms; memory of this whole bench at most: {peak():.0f} MB")


def timed(work: Callable[[], Any], *, once: bool = False) -> tuple[Any, float]:
    """What it gave, and the median seconds of five."""
    seconds, found = [], None
    for _ in range(1 if once else 5):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return found, statistics.median(seconds)


def peak() -> float:
    """MB of this process at most, so far; of Linux's own count, since getrusage begins with what the parent had."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def say(line: str) -> None:
    """At once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
