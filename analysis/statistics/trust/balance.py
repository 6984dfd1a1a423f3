"""Were the arms alike before they were arms? Standardised differences, and evidence that holds at every look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.statistics.trust.findings import Finding, Row, Weight, small, weighed
from analysis.statistics.trust.independence import Array, Drawn, against_earlier, log_evidence, mean_log, p_of

METHOD = "balance"
TITLE = "Alike before the start"
LARGE = 0.1
SHOWN = 10
MOST_LEVELS = 20
COLUMNS = ("standardised difference", "p alone")
ADVICE = (
    "Look whether attributes were recorded before the arm was given: what the arm itself changes is no covariate. If "
    "they were, the assignment is broken; adjusting for them does not mend it."
)


def balance(arms: Sequence[str], drawn: Drawn, covariates: Mapping[str, Array]) -> Finding:
    """covariates: shape (n,), NaN where unknown, in the order of drawn. The mean over covariates of the evidence of
    each is evidence on all of them together, however they depend on each other.
    """
    used = {name: values for name, values in covariates.items() if _differs(values)}
    present = [place for place in range(len(arms)) if (drawn.arms == place).sum() > 1]
    if not used or len(present) < 2:
        why = "No attribute of the units differs among them" if len(present) > 1 else "Fewer than two arms have units"
        return Finding("balance", Weight.UNKNOWN, TITLE, f"{why}: nothing to compare.", method=METHOD)
    evidence = {name: log_evidence(drawn, against_earlier(values)) for name, values in used.items()}
    differences = {name: _difference(values, drawn, present) for name, values in used.items()}
    p = p_of(mean_log(list(evidence.values())))
    weight, rows = weighed(p), _rows(evidence, differences)
    said = f"Over {len(used)} attribute{'s' * (len(used) > 1)} together the arms are "
    if weight != Weight.FINE:
        said += f"not as alike as chance makes them ({small(p)}, valid at every look)."
        return Finding("balance", weight, TITLE, said, ADVICE, p, METHOD, COLUMNS, rows)
    large = sum(abs(each) > LARGE for each in differences.values())
    said += (
        f"as alike as chance makes them ({small(p)}, valid at every look); {large} differ{'s' * (large == 1)} by more "
        "than a tenth of a standard deviation."
    )
    return Finding("balance", weight, TITLE, said, "", p, METHOD, COLUMNS, rows)


def indicators(texts: Sequence[str | None], name: str) -> dict[str, Array]:
    """A column of 0 and 1 for each value of a text, the rarest left out where there are too many."""
    values, counts = np.unique([each for each in texts if each is not None], return_counts=True)
    kept = [str(values[place]) for place in np.argsort(-counts)[:MOST_LEVELS]]
    column = np.array(texts, dtype=object)
    return {f"{name} = {value}": (column == value).astype(float) for value in kept}


def _differs(values: Array) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 1 and bool(np.ptp(known) > 0)


def _difference(values: Array, drawn: Drawn, present: Sequence[int]) -> float:
    """The largest difference of two arms' means over the pooled standard deviation; 0 where an arm has none known."""
    groups = [values[(drawn.arms == place) & np.isfinite(values)] for place in present]
    groups = [group for group in groups if len(group) > 1]
    if len(groups) < 2:
        return 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # figures near the largest there are: no difference is shown
        pooled = np.sqrt(np.mean([group.var(ddof=1) for group in groups]))
        means = [group.mean() for group in groups]
        found = float((max(means) - min(means)) / pooled) if pooled > 0 else 0.0
    return found if np.isfinite(found) else 0.0


def _rows(evidence: Mapping[str, float], differences: Mapping[str, float]) -> tuple[Row, ...]:
    order = sorted(evidence, key=lambda name: (-evidence[name], -differences[name]))
    return tuple(Row(name, (f"{differences[name]:.3f}", small(p_of(evidence[name])))) for name in order[:SHOWN])
