"""``make bench-participants``: what a participant costs, beside oTree on the same work in the same run.

Prints a Markdown table and writes every run to var/bench/participants.json. The order of the systems turns round with
every repeat (ABBA), so that a machine that gets slower or busier is as unkind to one as to the other.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.processes import cpu_seconds
from bench.servers import Bench, System
from machina_site.paths import BASE, VAR

CLIENTS = (1, 8, 16)
PARTICIPANTS = {1: 25, 8: 100, 16: 100}


@dataclass(frozen=True)
class Measured:
    """One run of so many participants."""

    system: str
    clients: int
    participants: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu_ms: float
    client_cpu_ms: float
    errors: int
    lost: int


def measure(bench: Bench, system: System, clients: int, participants: int) -> Measured:
    """Run the load in a process of its own; the CPU of every process of the system, and of the database."""
    entry = system.entry(participants)
    before, had = cpu_seconds(system.roots), system.completed(bench.postgres)
    command = [sys.executable, "-m", "bench.client", system.protocol, str(system.port), entry, str(participants)]
    ended = subprocess.run([*command, str(clients)], cwd=BASE, stdout=subprocess.PIPE, text=True, check=True)
    used = cpu_seconds(system.roots) - before
    said = json.loads(ended.stdout)
    cuts = statistics.quantiles(said["turns"], n=100, method="inclusive")
    return Measured(
        system=system.name,
        clients=clients,
        participants=participants,
        per_second=participants / said["seconds"],
        p50=cuts[49] * 1000,
        p95=cuts[94] * 1000,
        p99=cuts[98] * 1000,
        cpu_ms=used / participants * 1000,
        client_cpu_ms=said["client_cpu"] / participants * 1000,
        errors=said["errors"],
        lost=participants - (system.completed(bench.postgres) - had),
    )


def campaign(bench: Bench, repeats: int, scale: float) -> Iterable[Measured]:
    """Every system with every number of clients, in an order that turns round."""
    for system in bench.systems:
        measure(bench, system, 4, 12)  # warm
    for repeat in range(repeats):
        for clients in CLIENTS:
            for system in bench.systems if repeat % 2 == 0 else reversed(bench.systems):
                found = measure(bench, system, clients, max(5, round(PARTICIPANTS[clients] * scale)))
                _note(
                    f"{found.system}, {clients} clients: {found.per_second:.1f}/s, p95 {found.p95:.0f} ms, "
                    f"{found.cpu_ms:.0f} ms CPU, {found.errors} errors, {found.lost} lost"
                )
                yield found


def table(runs: Sequence[Measured]) -> str:
    """Medians over the repeats."""
    lines = [
        "| system | clients | participants/s | page turn p50 / p95 / p99, ms | CPU ms per participant | lost |",
        "|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(run.system for run in runs):
        for clients in CLIENTS:
            mine = [run for run in runs if (run.system, run.clients) == (name, clients)]
            cpu = sorted(run.cpu_ms for run in mine)
            spread = f"{statistics.median(cpu):.0f} ({cpu[0]:.0f} to {cpu[-1]:.0f})"
            turns = " / ".join(f"{median(mine, part):.0f}" for part in ("p50", "p95", "p99"))
            lost = sum(run.errors + run.lost for run in mine)
            lines.append(f"| {name} | {clients} | {median(mine, 'per_second'):.1f} | {turns} | {spread} | {lost} |")
    return "\n".join(lines)


def ratios(runs: Sequence[Measured]) -> list[str]:
    """The figures that were promised."""
    one, two, *other = dict.fromkeys(run.system for run in runs)

    def of(system: str, column: str) -> float:
        return median([run for run in runs if run.system == system and run.clients > 1], column)

    said = [f"Two web processes: {of(two, 'per_second') / of(one, 'per_second'):.2f} times the participants/s of one."]
    for system in other:
        said += [
            f"Beside {system}: {of(two, 'cpu_ms') / of(system, 'cpu_ms'):.2f} times its CPU per participant, "
            f"{of(two, 'per_second') / of(system, 'per_second'):.2f} times its participants/s with two processes "
            f"({of(one, 'per_second') / of(system, 'per_second'):.2f} with one), "
            f"{of(two, 'p95') / of(system, 'p95'):.2f} times its p95."
        ]
    return said


def median(runs: Sequence[Measured], column: str) -> float:
    """Of one column."""
    return statistics.median(float(getattr(run, column)) for run in runs)


def yardstick() -> float:
    """ms of CPU for a fixed piece of Python: how fast this machine is just now."""
    started = time.process_time()
    sum(i * i % 7 for i in range(1_000_000))
    return (time.process_time() - started) * 1000


def machine() -> str:
    """What it was measured on."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} x {model}, Python {platform.python_version()}, load before {load}, "
        f"a million squares take {yardstick():.0f} ms"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Start, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--scale", type=float, default=1.0, help="0.2: a fifth of the participants, for a quick look")
    parser.add_argument("--no-otree", action="store_true")
    given = parser.parse_args()
    before = machine()
    bench = Bench(VAR / "bench")
    try:
        bench.start(with_otree=not given.no_otree)
        runs = list(campaign(bench, given.repeats, given.scale))
    finally:
        bench.stop()
    (VAR / "bench" / "participants.json").write_text(json.dumps([asdict(run) for run in runs], indent=1))
    print(f"\n{before}; load after {os.getloadavg()[0]:.1f}\n\n{table(runs)}\n")
    print("\n".join(ratios(runs)))
    if any(run.errors or run.lost for run in runs):
        sys.exit("Something was refused or lost.")


if __name__ == "__main__":
    main()
