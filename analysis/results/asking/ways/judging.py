"""Do raters agree, do the items of a scale measure one thing.

Raters are units that judged the same stimuli; or measures, where several raters' verdicts on a unit are measures of it.
Items are measures of one unit, or the parts of one measure (the rows of a grid), or the stimuli it was asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.results.asking.asked import Asked
from analysis.results.asking.ways.ratings import TOO_FEW, Ratings, categories_of, of_units, scale_of
from analysis.results.columns import Array
from analysis.statistics.words import Estimate, NoAnswer

ICC: Final = {
    "icc_1": "ICC(1,1)",
    "icc_agreement": "ICC(A,1)",
    "icc_consistency": "ICC(C,1)",
    "icc_1_mean": "ICC(1,k)",
    "icc_agreement_mean": "ICC(A,k)",
    "icc_consistency_mean": "ICC(C,k)",
}


def agreement(asked: Asked) -> Estimate:
    """By the coefficient that the question names."""
    coefficient, found = str(asked.question.estimand.coefficient), of_units(asked)
    n_raters, n_targets = found.table.shape
    if n_raters < 2 or not n_targets:
        raise NoAnswer(TOO_FEW)
    stem, _, rest = coefficient.partition("_")
    said = AGREEMENT[stem](asked, found, rest)
    return said.remarked(f"{n_raters:,} raters ({found.raters}) of {n_targets:,} {found.targets}.")


def _cohen(asked: Asked, found: Ratings, weights: str) -> Estimate:
    from analysis.statistics.agreement.kappa import cohen_kappa

    if len(found.table) != 2:
        raise NoAnswer(
            f"Cohen's kappa is of two raters, and there are {len(found.table):,}: ask for Fleiss' kappa or "
            "Krippendorff's alpha."
        )
    both = [(one, other) for one, other in found.table.T if one is not None and other is not None]
    if not both:
        raise NoAnswer("The two raters never judged the same: nothing can agree.")
    first, second = zip(*both, strict=True)
    named: Mapping[str, str] = {"": "none", "linear": "linear", "quadratic": "quadratic"}
    names = categories_of(found)
    known = dict(zip(names, map(str, names), strict=True))
    return cohen_kappa(
        [known[each] for each in first],
        [known[each] for each in second],
        weights=named[weights],  # type: ignore[arg-type]  # one of the three, by the plan's check
        categories=list(known.values()),
        level=asked.level,
    )


def _fleiss(asked: Asked, found: Ratings, _rest: str) -> Estimate:
    from analysis.statistics.agreement.kappa import fleiss_kappa

    counts = found.counts()
    judged = counts.sum(axis=1) >= 2
    if not judged.any():
        raise NoAnswer(TOO_FEW)
    said = fleiss_kappa(counts[judged], level=asked.level)
    alone = int((~judged).sum())
    return said.remarked(f"{alone:,} {found.targets} were judged once only and left out.") if alone else said


def _krippendorff(asked: Asked, found: Ratings, scale: str) -> Estimate:
    from analysis.statistics.agreement.krippendorff import krippendorff_alpha

    rng = np.random.default_rng(asked.setting.seed)
    ratings = found.table.tolist()
    return krippendorff_alpha(ratings, scale=scale, level=asked.level, rng=rng)  # type: ignore[arg-type]  # by the plan's check


def _icc(asked: Asked, found: Ratings, _rest: str) -> Estimate:
    from analysis.statistics.agreement.intraclass import intraclass

    rows, left = found.complete()
    said = intraclass(rows.T, level=asked.level)[ICC[str(asked.question.estimand.coefficient)]]
    return said.remarked(left) if left else said


AGREEMENT: Final[Mapping[str, Callable[[Asked, Ratings, str], Estimate]]] = {
    "cohen": _cohen,
    "fleiss": _fleiss,
    "krippendorff": _krippendorff,
    "icc": _icc,
}


def reliability(asked: Asked) -> Estimate:
    """Cronbach's alpha or McDonald's omega, of who answered all items; with alpha as it would be without each."""
    from analysis.statistics.agreement.reliability import cronbach_alpha, mcdonald_omega

    names, table = scale_of(asked)
    if len(names) < 2:
        raise NoAnswer("Reliability is of a scale of two items or more: name them in items, or ask a grid of several.")
    whole = ~np.isnan(table).any(axis=1)
    rows = table[whole]
    if asked.question.estimand.coefficient == "omega":
        found = mcdonald_omega(rows, level=asked.level, rng=np.random.default_rng(asked.setting.seed))
    else:
        found = cronbach_alpha(rows, level=asked.level).remarked(*_without(names, rows))
    left = int((~whole & ~np.isnan(table).all(axis=1)).sum())
    return found.remarked(f"{len(names)} items.", *([f"{left:,} units did not answer all of them."] if left else []))


def _without(names: Sequence[str], rows: Array) -> tuple[str, ...]:
    """An item that pulls the other way shows here."""
    from analysis.statistics.agreement.reliability import alpha_without

    try:
        found = alpha_without(rows)
    except NoAnswer:
        return ()
    return (
        "Without one item: " + ", ".join(f"{name} {each:.2f}" for name, each in zip(names, found, strict=True)) + ".",
    )
