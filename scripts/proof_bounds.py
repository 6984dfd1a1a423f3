"""How often every bound fails on hard values, beside its promise: `python -m scripts.proof_bounds` (docs/bounds.md).

Prints, for each kind of values and each n, the share of trials in which the bound claims what is not so (with delta .05
at most .05, but for noise) and the mean width over the true mean. Ends with 1 if an exact bound fails more often than
delta and three standard errors. `--trials 500`: quicker. `--markdown`: as the page has it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.safety.bounds import BOUNDS, OneSided
from bench.hard_values import EASY, HARD, Hard

DELTA = 0.05
SIZES = (25, 100, 400)
ORDER = (
    "student_t",
    "bootstrap",
    "hoeffding",
    "maurer_pontil",
    "predictable_bernstein",
    "dkw",
    "betting",
    "clopper_pearson",
)


@dataclass(frozen=True)
class Cell:
    """One bound on one kind of values. None: it does not serve there."""

    bound: OneSided
    misses: float | None
    width: float = 0.0

    def fails(self, trials: int) -> bool:
        """More often than the promise and the noise allow."""
        return self.bound.exact and (self.misses or 0.0) > DELTA + 3 * sqrt(DELTA * (1 - DELTA) / trials)

    def __str__(self) -> str:
        return "-" if self.misses is None else f"{self.misses:.3f} / {self.width:.3g}"


def cell(bound: OneSided, hard: Hard, n: int, trials: int) -> Cell:
    rng = np.random.default_rng([18, n])
    widths = []
    for _ in range(trials):
        evidence = hard.evidence(rng, n)
        if bound.refusal(evidence):
            return Cell(bound, None)
        widths.append(hard.width(bound, evidence, delta=DELTA))
    return Cell(bound, float(np.mean(np.array(widths) < 0)), float(np.mean(widths)))


def rows(trials: int) -> Iterator[tuple[str, int, list[Cell]]]:
    for hard in (*HARD, *EASY):
        for n in SIZES:
            yield hard.title, n, [cell(BOUNDS.parse(name), hard, n, trials) for name in ORDER]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    between, ends = (" | ", ("| ", " |")) if asked.markdown else ("  ", ("", ""))
    wide = 17 if not asked.markdown else 0
    print(ends[0] + between.join(["values".ljust(24), "n".rjust(4), *(name.ljust(wide) for name in ORDER)]) + ends[1])
    if asked.markdown:
        print("|" + " --- |" * (len(ORDER) + 2))
    failed = 0
    for title, n, cells in rows(asked.trials):
        failed += sum(one.fails(asked.trials) for one in cells)
        shown = [f"**{one}**" if asked.markdown and (one.misses or 0) > DELTA * 1.5 else str(one) for one in cells]
        print(
            ends[0] + between.join([title.ljust(24), str(n).rjust(4), *(text.ljust(wide) for text in shown)]) + ends[1]
        )
    print(
        f"{failed} cells of exact bounds fail more often than {DELTA} allows." if failed else "Every exact bound holds."
    )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
