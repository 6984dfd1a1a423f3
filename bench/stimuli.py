"""How many trials choosing by information saves: 200 simulated observers with known thresholds, each rule in turn.

    python -m bench.stimuli [--observers 200] [--trials 120]

Error: root mean square of log10 threshold. “as good as random after N”: from which trial on the rule stays at least as
near as random order is after N trials.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from analysis.planning.stimuli.observing import Ground, errors, root_mean_square, trials_to

RULES = ("information", "staircase", "random", "fixed")
SEED = 18


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--observers", type=int, default=200)
    parser.add_argument("--trials", type=int, default=120)
    asked = parser.parse_args()
    reached = {}
    for rule in RULES:
        began = time.perf_counter()
        found = errors(Ground(), rule, asked.trials, asked.observers, np.random.default_rng(SEED))
        reached[rule] = root_mean_square(found)
        each = (time.perf_counter() - began) / asked.observers / asked.trials * 1000
        shown = ", ".join(
            f"{n}: {reached[rule][n - 1]:.3f}" for n in (10, 20, 30, 40, 60, 80, 120) if n <= asked.trials
        )
        sys.stdout.write(f"{rule:12} error after trial {shown}; {each:.2f} ms a trial\n")
    for n in (40, 80, 120):
        if n <= asked.trials:
            wanted = float(reached["random"][n - 1])
            needed = trials_to(reached["information"], wanted)
            factor = f"{n / needed:.1f} times fewer" if needed else "never"
            sys.stdout.write(f"as good as random after {n} ({wanted:.3f}): information after {needed}, {factor}\n")


if __name__ == "__main__":
    main()
