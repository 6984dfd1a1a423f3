"""``make bench-bandits``: decisions and rewards over HTTP, side by side in one run.

16 kept-alive connections from a process of its own, two server processes of four threads. Every row is measured under
gunicorn and under granian, in an order that turns round (ABBA). A row that is compared with the bare view's one INSERT
is measured right after a run of that view, and the ratio is that of the two neighbours: a machine that others use
changes its speed from minute to minute. CPU is the kernel's account of the server's processes and of PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.bandits_servers import PORTS, SERVERS, Bench, Request, bucket, bulk, decide, reward
from bench.participants import machine
from bench.processes import cpu_seconds
from machina_site.paths import BASE, VAR

CONNECTIONS = 16
BULK = 1_000
NOTHING, INSERT = Request("GET", "/nothing/"), Request("GET", "/insert/")
COOKIE = 'MAB="{\\"colour\\": [\\"plain\\"\\054 true]}"'


@dataclass(frozen=True)
class Row:
    """What is asked of whom. each: how many decisions one request is. once: no request is sent twice.

    warm: seconds before it is measured: each process reads each experiment once. paired: beside the bare INSERT.
    """

    name: str
    system: str
    requests: Callable[[Bench], Sequence[Request]]
    each: int = 1
    once: bool = False
    warm: float = 0.7
    paired: bool = False


@dataclass(frozen=True)
class Measured:
    """One run. beside: the rate, and the CPU in us, of the bare INSERT just before; 0 where nothing is compared."""

    row: str
    server: str
    per_second: float
    p50: float
    p99: float
    server_us: float
    database_us: float
    client_us: float
    errors: int
    beside: tuple[float, float] = (0.0, 0.0)

    @property
    def cpu(self) -> float:
        """Of server and database."""
        return self.server_us + self.database_us


def unrewarded(bench: Bench) -> Sequence[Request]:
    """Rewards of decisions that have none, as many as a run may need."""
    found = bench.sql(
        "SELECT d.uuid FROM bandits_decision d LEFT JOIN bandits_reward r ON r.decision_id = d.id "
        "WHERE r.id IS NULL AND d.due > now() + interval '1 hour' ORDER BY d.id DESC LIMIT 30000"
    )
    return [reward(bench, identity) for (identity,) in found]


YARDSTICK = Row("bare Django view, one INSERT", "bare", lambda _: [INSERT])
ROWS = (
    Row("bare Django view, nothing", "bare", lambda _: [NOTHING]),
    YARDSTICK,
    Row("Machina, hash bucket", "machina", lambda bench: [bucket(bench, f"visitor-{n}") for n in range(5_000)]),
    Row("Machina, decision", "machina", lambda bench: [decide(bench, context={"page": "menu"})], paired=True),
    Row(
        "Machina, decision of a returning visitor",
        "machina",
        lambda bench: [decide(bench, key=f"v{n}") for n in range(5_000)],
        paired=True,
    ),
    Row(
        "Machina, decision, 200 experiments in turn",
        "machina",
        lambda bench: [decide(bench, f"learner-{n}") for n in range(200)],
        warm=4.0,
    ),
    Row("Machina, 1,000 decisions a request", "machina", lambda bench: [bulk(bench, BULK)], each=BULK),
    Row("Machina, reward", "machina", unrewarded, once=True, paired=True),
    Row("flask_mab with its JSON file, decision", "flask_mab", lambda _: [Request("GET", "/decide/")]),
    Row("flask_mab with its JSON file, reward", "flask_mab", lambda _: [Request("GET", "/reward/", cookie=COOKIE)]),
)


def hammered(bench: Bench, row: Row, requests: Sequence[Request], seconds: float) -> dict[str, float]:
    """What the load's process says of it."""
    file = bench.var / "requests.json"
    file.write_text(json.dumps([each.text() for each in requests]))
    load = (PORTS[row.system], CONNECTIONS, seconds, file)
    command = [sys.executable, "-m", "bench.hammer", *map(str, load)]
    ended = subprocess.run(
        [*command, *(["--once"] * row.once)], cwd=BASE, stdout=subprocess.PIPE, text=True, check=True
    )
    said = json.loads(ended.stdout)
    if said["errors"]:
        print(said["first_error"], file=sys.stderr)
    return {name: float(value) for name, value in said.items() if name != "first_error"}


def measure(bench: Bench, row: Row, server: str, roots: Sequence[int], seconds: float) -> Measured:
    """One run of a row, after a warm-up."""
    requests = row.requests(bench)
    if not row.once:
        hammered(bench, row, requests, row.warm)
    before, database = cpu_seconds(roots), cpu_seconds([bench.database_pid()])
    said = hammered(bench, row, requests, seconds)
    n = max(1.0, said["requests"]) * row.each
    return Measured(
        row=row.name,
        server=server,
        per_second=n / said["seconds"],
        p50=said["p50"],
        p99=said["p99"],
        server_us=(cpu_seconds(roots) - before) / n * 1e6,
        database_us=(cpu_seconds([bench.database_pid()]) - database) / n * 1e6,
        client_us=said["client_cpu"] / n * 1e6,
        errors=int(said["errors"]),
    )


def campaign(bench: Bench, rows: Sequence[Row], repeats: int, seconds: float) -> Iterable[Measured]:
    """Each row under each server, so many times."""
    systems = {row.system for row in rows} | {YARDSTICK.system}
    for repeat in range(repeats):
        for server in SERVERS if repeat % 2 == 0 else reversed(SERVERS):
            with ExitStack() as stack:
                roots = {system: stack.enter_context(bench.serving(system, server)) for system in sorted(systems)}
                for row in rows if repeat % 2 == 0 else reversed(rows):
                    yield from _turn(bench, row, server, roots, seconds)


def _turn(
    bench: Bench, row: Row, server: str, roots: Mapping[str, Sequence[int]], seconds: float
) -> Iterable[Measured]:
    """The row, right after its yardstick if it has one."""
    bare = measure(bench, YARDSTICK, server, roots[YARDSTICK.system], seconds) if row.paired else None
    found = measure(bench, row, server, roots[row.system], seconds)
    for each in [one for one in (bare, found) if one is not None]:
        print(_line(each), file=sys.stderr, flush=True)
    if bare is not None:
        yield bare
    yield replace(found, beside=(bare.per_second, bare.cpu)) if bare is not None else found


def _line(found: Measured) -> str:
    return (
        f"{found.row}, {found.server}: {found.per_second:,.0f}/s, p50 {found.p50:.1f}, p99 {found.p99:.1f} ms, CPU us "
        f"{found.server_us:.0f} + {found.database_us:.0f}, load {os.getloadavg()[0]:.1f}, {found.errors} errors"
    )


def median(runs: Sequence[Measured], row: str, server: str, column: str) -> float:
    """0 if it was not measured."""
    found = [float(getattr(run, column)) for run in runs if (run.row, run.server) == (row, server)]
    return statistics.median(found) if found else 0.0


def table(runs: Sequence[Measured]) -> str:
    """Medians over the repeats, and the best rate."""
    lines = [
        "| row | server | per second: median (best) | p50 / p99, ms | CPU us: server + PostgreSQL (client) | errors |",
        "|---|---|---|---|---|---|",
    ]
    for row, server in dict.fromkeys((run.row, run.server) for run in sorted(runs, key=lambda run: _place(run.row))):
        mine = [run for run in runs if (run.row, run.server) == (row, server)]
        rate, p50, p99, cpu, database, client = (
            median(mine, row, server, column)
            for column in ("per_second", "p50", "p99", "server_us", "database_us", "client_us")
        )
        best, errors = max(run.per_second for run in mine), sum(run.errors for run in mine)
        lines.append(
            f"| {row} | {server} | {rate:,.0f} ({best:,.0f}) | {p50:.1f} / {p99:.1f} | "
            f"{cpu:.0f} + {database:.0f} ({client:.0f}) | {errors} |"
        )
    return "\n".join(lines)


def _place(name: str) -> int:
    return [row.name for row in ROWS].index(name)


def ratios(runs: Sequence[Measured]) -> list[str]:
    """What was promised: beside one INSERT by a bare view, under the same server, at the same minute."""
    said = []
    for row, server in dict.fromkeys((run.row, run.server) for run in runs if run.beside[0]):
        mine = [run for run in runs if (run.row, run.server) == (row, server)]
        rates = sorted(run.per_second / run.beside[0] for run in mine)
        cpu = sorted(run.beside[1] / run.cpu for run in mine)
        said.append(
            f"{row}, {server}: {statistics.median(rates):.2f} of the bare view's rate ({rates[0]:.2f} to "
            f"{rates[-1]:.2f}); by CPU {statistics.median(cpu):.2f} ({cpu[0]:.2f} to {cpu[-1]:.2f})."
        )
    return sorted(said)


def main() -> None:
    """Start, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--var", type=Path, default=VAR / "bench-bandits")
    given = parser.parse_args()
    before, bench = machine(), Bench(given.var)
    rows = [row for row in ROWS if given.only in row.name]
    runs: list[Measured] = []
    try:
        bench.start()
        runs.extend(campaign(bench, rows, given.repeats, given.seconds))
    finally:
        bench.stop()
        (given.var / "bandits.json").write_text(json.dumps([asdict(run) for run in runs], indent=1))
    print(f"\n{before}; load after {os.getloadavg()[0]:.1f}\n\n{table(runs)}\n")
    print("\n".join(ratios(runs)))
    if any(run.errors for run in runs):
        sys.exit("Something was refused.")


if __name__ == "__main__":
    main()
