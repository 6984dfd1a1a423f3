"""How many units the sample-ratio alarm needs, by concentration of its prior: the figures of docs/decisions/0010."""

from math import inf
from statistics import median

from analysis.statistics.sample_ratio import sample_ratio
from experiments.chance import Stream

RUNS, MOST = 100, 5_000


def units_until_alarm(share: float, concentration: float, run: int) -> int:
    """Units until the alarm at level 0.01, looked at after each, when two equal arms really split by ``share``."""
    stream, counts = Stream(run, "split", str(share)), [0, 0]
    for n in range(1, MOST + 1):
        counts[stream.uniform() >= share] += 1
        if sample_ratio(counts, [1, 1], concentration=concentration, largest=-inf).alarm(0.01):
            return n
    return MOST


if __name__ == "__main__":
    for concentration in (5, 10, 20, 50, 100, 1_000, 10_000):
        found = [median(units_until_alarm(share, concentration, run) for run in range(RUNS)) for share in (0.6, 0.55)]
        print(f"concentration {concentration:>6}: 60/40 found after {found[0]:.0f} units, 55/45 after {found[1]:.0f}")
