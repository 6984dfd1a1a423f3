"""What stands below a picture of curves, wherever it is shown."""

from __future__ import annotations

from analysis.assurance.curves.reads import Seen
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC

TERMS = {
    PROBABILISTIC: "as lots: by its probabilities",
    DECIDED: "as decisions: from one half on",
}


def note_of(seen: Seen) -> str:
    """What the bars are."""
    curves = seen.curves
    return (
        f"{curves.n:,} trials, judged by all {curves.world:,} rows, {TERMS[curves.terms].partition(':')[0]}. "
        "Bars: 95 % (Clopper-Pearson for rates). No solution is no failure."
    )
