"""Were the arms alike before they were arms? Standardised differences of covariates, with one test of all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.trust.findings import Finding, Row, Weight, small, weighed

Array = NDArray[np.float64]
Places = NDArray[np.int64]

METHOD = "balance"
TITLE = "Alike before the start"
LARGE = 0.1
SHOWN = 10
MOST_LEVELS = 20


def balance(arms: Sequence[str], places: Places, covariates: Mapping[str, Array]) -> Finding:
    """places: the arm of each unit, shape (n,). covariates: shape (n,), NaN where unknown (filled in by the mean).

    Sum over arms of n (xa - x)' S^-1 (xa - x), chi-square with (arms - 1) rank(S) degrees under randomisation: nearly,
    in large samples. Hansen and Bowers (2008), Statistical Science 23.
    """
    used = {name: _filled(values) for name, values in covariates.items()}
    used = {name: values for name, values in used.items() if len(values) and np.ptp(values) > 0}
    present = [place for place in range(len(arms)) if (places == place).sum() > 1]
    if not used or len(present) < 2:
        why = "No attribute of the units differs among them" if len(present) > 1 else "Fewer than two arms have units"
        return Finding("balance", Weight.UNKNOWN, TITLE, f"{why}: nothing to compare.", method=METHOD)
    x = np.column_stack(list(used.values()))
    p = _omnibus(x, places, present)
    differences = _differences(x, places, present)
    rows = _rows(list(used), differences)
    large = sum(bool(abs(each) > LARGE) for each in differences)
    weight = weighed(p)
    said = f"Over {len(used)} attribute{'s' * (len(used) > 1)} together the arms are "
    if weight == Weight.FINE:
        said += (
            f"as alike as chance makes them ({small(p)}); {large} differ{'s' * (large == 1)} by more than a tenth of a "
        )
        return Finding("balance", weight, TITLE, f"{said}standard deviation.", "", p, METHOD, COLUMNS, rows)
    said += f"not as alike as chance makes them ({small(p)})."
    return Finding("balance", weight, TITLE, said, ADVICE, p, METHOD, COLUMNS, rows)


COLUMNS = ("standardised difference",)
ADVICE = (
    "Look whether attributes were recorded before the arm was given: what the arm itself changes is no covariate. If "
    "they were, the assignment is broken; adjusting for them does not mend it."
)


def indicators(texts: Sequence[str | None], name: str) -> dict[str, Array]:
    """A column of 0 and 1 for each value of a text, the rarest left out where there are too many."""
    values, counts = np.unique([each for each in texts if each is not None], return_counts=True)
    kept = [str(values[place]) for place in np.argsort(-counts)[:MOST_LEVELS]]
    column = np.array(texts, dtype=object)
    return {f"{name} = {value}": (column == value).astype(float) for value in kept}


def _filled(values: Array) -> Array:
    known = np.isfinite(values)
    return np.where(known, values, values[known].mean()) if known.any() else np.zeros(0)


def _omnibus(x: Array, places: Places, present: Sequence[int]) -> float:
    from scipy.stats import chi2

    rows = np.isin(places, present)
    x, places = x[rows], places[rows]
    x = (x - x.mean(axis=0)) / x.std(axis=0).clip(min=1e-12)
    scatter = np.cov(x, rowvar=False).reshape(x.shape[1], x.shape[1])
    inverse, rank = np.linalg.pinv(scatter, hermitian=True), int(np.linalg.matrix_rank(scatter, hermitian=True))
    total = sum(
        float((places == place).sum() * x[places == place].mean(axis=0) @ inverse @ x[places == place].mean(axis=0))
        for place in present
    )
    return float(chi2.sf(total, (len(present) - 1) * max(rank, 1)))


def _differences(x: Array, places: Places, present: Sequence[int]) -> list[float]:
    """Of each covariate the largest difference of two arms' means, over the pooled standard deviation."""
    groups = [x[places == place] for place in present]
    pooled = np.sqrt(np.mean([group.var(axis=0, ddof=1) for group in groups], axis=0))
    means = np.array([group.mean(axis=0) for group in groups])
    spread = means.max(axis=0) - means.min(axis=0)
    found: list[float] = np.divide(spread, pooled, out=np.zeros_like(spread), where=pooled > 0).tolist()
    return found


def _rows(names: Sequence[str], differences: Sequence[float]) -> tuple[Row, ...]:
    order = sorted(range(len(names)), key=lambda place: -differences[place])
    return tuple(Row(names[place], (f"{differences[place]:.3f}",)) for place in order[:SHOWN])
