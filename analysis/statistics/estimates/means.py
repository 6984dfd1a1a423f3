"""Means and their differences, from sufficient statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from analysis.statistics.estimates.arms import FEW, Arm, contrast
from analysis.statistics.estimates.referring import bare, normal, student
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer


def mean(moments: Moments, *, level: float = 0.05, null: float | None = None) -> Estimate:
    """The mean of the first variable, with Student's interval. null: a mean to be tested, if one is.

    NoAnswer without values. One value, or all the same: the interval is open, for nothing says how sure.

    >>> from analysis.statistics.moments import Moments
    >>> found = mean(Moments.of([4.0, 5.0, 6.0, 7.0]))
    >>> [round(figure, 3) for figure in (found.low, found.value, found.high)]
    [3.446, 5.5, 7.554]
    """
    if not moments.n:
        raise NoAnswer("There are no values yet: nothing can be said of their mean.")
    found = bare(moments.mean[0], moments.n, level, "student-mean")
    if moments.n == 1:
        return found.remarked("One value says nothing about how much values vary.")
    if not moments.varies():
        return found.remarked("All values are the same: nothing says how far their mean may be from the true one.")
    found = student(found, sqrt(moments.variance / moments.n), moments.n - 1, null=null or 0.0)
    if moments.n < FEW:
        found = found.remarked(f"There are only {moments.n} values: the interval rests on their being roughly normal.")
    return found if null is not None else replace(found, p_value=None)


def difference(control: Moments, treatment: Moments, *, level: float = 0.05, relative: bool = False) -> Estimate:
    """Treatment's mean minus control's, of the first variable; relative: over the size of the control's mean.

    Welch's t: spreads may differ. What is NoAnswer or open-ended: see `contrast`.

    >>> from analysis.statistics.moments import Moments
    >>> found = difference(Moments.of_sums(412, 5231.5, 98211.25), Moments.of_sums(389, 5377.25, 104903.5))
    >>> round(found.value, 5), round(found.p_value or 1, 7)
    (1.12545, 0.0719899)
    """
    method = "welch-relative" if relative else "welch"
    return contrast(arm_of(control), arm_of(treatment), level=level, relative=relative, method=method)


def pooled_difference(control: Moments, treatment: Moments, *, level: float = 0.05) -> Estimate:
    """Treatment's mean minus control's by Student's t with one common spread: exact if both arms have the same.

    NoAnswer with an empty arm, fewer than three units, or no spread. Student (1908).
    """
    value, error, degrees = _pooled(control, treatment)
    return student(bare(value, control.n + treatment.n, level, "student"), error, degrees)


def z_difference(control: Moments, treatment: Moments, *, level: float = 0.05) -> Estimate:
    """The same referred to the normal distribution, for large arms."""
    value, error, _ = _pooled(control, treatment)
    return normal(bare(value, control.n + treatment.n, level, "z-means"), error)


def paired(differences: Moments, *, level: float = 0.05) -> Estimate:
    """The mean of differences within units (second condition minus first), tested against 0: the paired t-test."""
    found = replace(mean(differences, level=level, null=0.0), method="paired")
    if differences.n >= 2 and not differences.varies():
        return found.remarked("Every unit differs by the same amount.")
    return found


def weighted_means(groups: Sequence[Moments], weights: Sequence[float], *, level: float = 0.05) -> Estimate:
    """A weighted sum of groups' means (a main effect, an interaction, a trend), by Welch and Satterthwaite.

    A group whose values are all the same is given the largest spread of the others. NoAnswer with a group of fewer than
    two units, no spread at all, or a weight for none. ValueError unless each group has a weight.
    """
    if len(groups) != len(weights) or not any(weights):
        raise ValueError("weights must be one for each group, some of them not 0.")
    fewest = min(group.n for group in groups)
    if fewest < 2:
        raise NoAnswer(f"A group has {fewest or 'no'} units: two or more are needed to know how much they vary.")
    arms = [arm_of(group) for group in groups]
    largest = max(arm.variance for arm in arms)
    if not largest:
        raise NoAnswer("All values of each group are the same: nothing says how sure their contrast is.")
    value = sum(weight * arm.value for weight, arm in zip(weights, arms, strict=True))
    parts = [w * w * (arm.variance or largest) / arm.n for w, arm in zip(weights, arms, strict=True)]
    shares = [part / max(parts) for part in parts]
    degrees = sum(shares) ** 2 / sum(share**2 / (arm.n - 1) for share, arm in zip(shares, arms, strict=True))
    return student(bare(value, sum(arm.n for arm in arms), level, "weighted-means"), sqrt(sum(parts)), degrees)


def arm_of(moments: Moments, variable: int = 0) -> Arm:
    """That variable's mean and spread; a spread that is only rounding is none."""
    spread = moments.only(variable)
    variance = spread.variance if spread.n > 1 and spread.varies() else 0.0
    return Arm(spread.n, float(spread.mean[0]), variance)


def _pooled(control: Moments, treatment: Moments) -> tuple[float, float, int]:
    degrees = control.n + treatment.n - 2
    if not (control.n and treatment.n):
        raise NoAnswer("An arm has no units yet: there is nothing to compare.")
    if degrees < 1:
        raise NoAnswer("One unit in each arm says nothing about how much units vary.")
    if not (control.varies() or treatment.varies()):
        raise NoAnswer("All values are the same within each arm: nothing says how sure their difference is.")
    common = float(control.scatter[0, 0] + treatment.scatter[0, 0]) / degrees
    gap = float(treatment.mean[0] - control.mean[0])
    return gap, sqrt(common * (1 / control.n + 1 / treatment.n)), degrees
