"""Two arms, each with a value and the spread of one unit: what means, proportions, ratios and CUPED have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

from analysis.statistics.estimates.fieller import quotient
from analysis.statistics.estimates.referring import bare, critical, student
from analysis.statistics.words import Estimate, NoAnswer, Validity

SURE = 12.0  # standard errors of the control's value from 0, from which the delta method is trusted by itself
FEW = 30
WIDER = "the interval is the wider of Fieller's and the delta method's."


@dataclass(frozen=True, slots=True)
class Arm:
    """value: estimated from n units. variance: of one unit, so that variance / n is the value's squared error."""

    n: int
    value: float
    variance: float

    @property
    def squared_error(self) -> float:
        """The value's variance."""
        return self.variance / self.n


def welch_degrees(control: Arm, treatment: Arm) -> float:
    """Degrees of freedom of the difference. Satterthwaite (1946), Welch (1947). inf if nothing varies."""
    parts = (control.squared_error, treatment.squared_error)
    largest = max(parts)
    if not largest:
        return inf
    shares = [part / largest for part in parts]  # divided first: squares of small errors would be lost
    units = (control.n - 1, treatment.n - 1)
    below = sum(share**2 / n for share, n in zip(shares, units, strict=True))
    return float(sum(shares) ** 2 / below)


def contrast(control: Arm, treatment: Arm, *, level: float, relative: bool, method: str) -> Estimate:
    """Treatment minus control; relative: over the size of the control's value, by the delta method.

    Student's t with Welch's degrees of freedom. Where the control's value is fewer than twelve standard errors from 0,
    Fieller's (1954) interval is put around the delta method's, for to choose between them would err more than either;
    it is wide or open where the control may be 0.
    NoAnswer with an empty arm, or relative to 0. An arm of one unit, or two without any spread, gives an open interval.
    """
    _fill(control, treatment)
    open_ended = bare(_value(control, treatment, relative=relative), control.n + treatment.n, level, method)
    if min(control.n, treatment.n) < 2:
        return open_ended.remarked("An arm with one unit says nothing about how much units vary.")
    if not (control.variance or treatment.variance):
        return open_ended.remarked("All values are the same within each arm: nothing says how sure the difference is.")
    control, treatment, borrowed = _borrowing(control, treatment)
    found = _referred(open_ended, control, treatment, relative=relative)
    found = _few(found, control, treatment)
    return replace(found.remarked(*borrowed), validity=Validity.APPROXIMATE) if borrowed else found


def relative_error(control: Arm, treatment: Arm) -> float:
    """Standard error of (treatment - control) / |control|: delta method, as GrowthBook's."""
    base = abs(control.value)
    ratio = treatment.value / base
    return sqrt(treatment.squared_error / base**2 + control.squared_error / base**2 * ratio**2)


def _fill(control: Arm, treatment: Arm) -> None:
    for arm, name in ((control, "control"), (treatment, "treatment")):
        if arm.n < 1:
            raise NoAnswer(f"The {name} has no units yet: there is nothing to compare.")


def _value(control: Arm, treatment: Arm, *, relative: bool) -> float:
    gap = treatment.value - control.value
    if relative and not control.value:
        raise NoAnswer("The control's value is 0: there is nothing to be relative to. Ask for the absolute difference.")
    return gap / abs(control.value) if relative else gap


def _borrowing(control: Arm, treatment: Arm) -> tuple[Arm, Arm, tuple[str, ...]]:
    """An arm without any spread is given the other's: no spread seen is not no spread."""
    if control.variance and treatment.variance:
        return control, treatment, ()
    constant = "control" if not control.variance else "treatment"
    spread = max(control.variance, treatment.variance)
    said = f"All values of the {constant} are the same; its spread is taken to be that of the other arm."
    return replace(control, variance=spread), replace(treatment, variance=spread), (said,)


def _referred(open_ended: Estimate, control: Arm, treatment: Arm, *, relative: bool) -> Estimate:
    degrees = welch_degrees(control, treatment)
    if not relative:
        return student(open_ended, sqrt(control.squared_error + treatment.squared_error), degrees)
    by_delta = student(open_ended, relative_error(control, treatment), degrees)
    if abs(control.value) >= SURE * sqrt(control.squared_error):
        return replace(by_delta, validity=Validity.APPROXIMATE)
    by_fieller = _by_fieller(open_ended, control, treatment, degrees)
    return replace(by_fieller, low=min(by_fieller.low, by_delta.low), high=max(by_fieller.high, by_delta.high))


def _by_fieller(open_ended: Estimate, control: Arm, treatment: Arm, degrees: float) -> Estimate:
    absolute = bare(treatment.value - control.value, open_ended.n, open_ended.level, open_ended.method)
    tested = student(absolute, sqrt(control.squared_error + treatment.squared_error), degrees)
    squared_errors = (treatment.squared_error, control.squared_error, 0.0)
    low, high = quotient(treatment.value, control.value, squared_errors, critical(open_ended.level, degrees))
    bounds = (low - 1, high - 1) if control.value > 0 else (1 - high, 1 - low)
    return replace(
        open_ended, low=bounds[0], high=bounds[1], p_value=tested.p_value, method="fieller", degrees=degrees
    ).remarked(f"The control's own value is not sure enough to be divided by lightly: {WIDER}")


def _few(estimate: Estimate, control: Arm, treatment: Arm) -> Estimate:
    fewest = min(control.n, treatment.n)
    if fewest >= FEW:
        return estimate
    return estimate.remarked(f"An arm has only {fewest} units: the interval rests on values being roughly normal.")
