"""What planning costs: from a document to what is missing, and the next proposals of searches that learn.

No database: reading and writing rows is in `make bench-runs`. Milliseconds of CPU, medians of `REPEATS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import cast

from analysis.learning.digests import RunKey
from analysis.learning.search.comparing import Comparison, Known, Wanted, compare
from analysis.learning.search.design import Design, read_design
from analysis.learning.search.searches import Proposal, Trial
from experiments.types import JsonObject

REPEATS = 5
SIZES = (1_000, 10_000, 100_000)
TRIED = (20, 100, 400)


def grid(n: int) -> JsonObject:
    """So many settings of a function."""
    specification: JsonObject = {"x": {"range": {"from": 1, "to": n // 10}}, "y": {"range": {"from": 1, "to": 10}}}
    return {"procedure": "function", "function": "module:main", "specification": specification}


def wanted_of(document: JsonObject) -> list[Wanted]:
    """With their digests."""
    design = read_design(document)
    found = []
    for one in design.computations(design.proposals()):
        key = RunKey(design.procedure, one.setting, one.seed, one.fold, one.epochs, {"code": "a" * 64})
        found.append(Wanted(one, key, key.digest()))
    return found


def known_of(wanted: Sequence[Wanted]) -> list[Known]:
    """All of it computed."""
    return [
        Known(pk, one.digest, one.computation.setting_digest, one.key.seed, one.computation.fold, 1, "completed")
        for pk, one in enumerate(wanted)
    ]


def bayes(n: int) -> tuple[Design, list[Trial]]:
    """A search over four places that has tried so many settings."""
    place = {"random": {"uniform": [0, 1]}}
    search = {"kind": "bayes", "samples": n + 1, "at_once": n, "startup": n}
    document = {"search": search, "measure": {"name": "score"}, "a": place, "b": place, "c": place, "d": place}
    design = read_design(cast(JsonObject, document))
    trials = [_tried(proposal) for proposal in design.proposals()]
    search["startup"], search["at_once"] = 10, 1
    return read_design(cast(JsonObject, document)), trials


def _tried(proposal: Proposal) -> Trial:
    setting, epochs = proposal.key()
    score = sum(cast(float, proposal.setting[place]) for place in "abcd")
    return Trial(setting, epochs, is_over=True, value=score, note=proposal.note)


def milliseconds(work: Callable[[], object]) -> float:
    """Of CPU, once warm."""
    work()
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1_000)
    return median(taken)


def main() -> None:
    """Two tables, as docs/performance.md has them."""
    print("| settings | from the document to digests, ms | beside all of them done, ms | missing |")
    print("|---|---|---|---|")
    for n in SIZES:
        wanted = wanted_of(grid(n))
        known = known_of(wanted)
        expanding = milliseconds(lambda n=n: wanted_of(grid(n)))  # type: ignore[misc]  # bound now
        comparing = milliseconds(lambda wanted=wanted, known=known: compare(wanted, known))  # type: ignore[misc]  # bound now
        found: Comparison = compare(wanted, known)
        print(f"| {n:,} | {expanding:,.0f} | {comparing:,.1f} | {len(found.missing)} |")
    print("\n| settings tried | the next proposal, ms |\n|---|---|")
    for n in TRIED:
        design, trials = bayes(n)
        print(f"| {n} | {milliseconds(lambda design=design, trials=trials: design.proposals(trials)):,.0f} |")  # type: ignore[misc]  # bound now


if __name__ == "__main__":
    main()
