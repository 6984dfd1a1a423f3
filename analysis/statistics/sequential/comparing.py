"""The one door to what is valid while you look: an arm's mean, and two arms compared, by what was declared of them.

Yes or no, or values between two declared ends: exact at every look, however few (``betting-sequence``). Else from
moments, asymptotic (``asymptotic-sequence``): nothing is claimed before thirty values in each arm.
"""

from __future__ import annotations

from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import TUNING_N, Sequence, asymptotic_mean, careful_difference
from analysis.statistics.sequential.bounded_comparison import difference, mean_of, relative_difference
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.words import Estimate, NoAnswer

Arm = Moments | BoundedEvidence
YES_NO = "boolean"


def compare(
    control: Arm, treatment: Arm, *, kind: str = "number", level: float = 0.05, relative: bool = False
) -> Estimate:
    """Treatment's mean less control's; relative: over the size of control's. Valid at every look.

    control, treatment: ``BoundedEvidence`` where the measure's two ends are declared, else ``Moments`` of one value for
    each unit. kind: the measure's; "boolean" makes moments of 0 and 1 exact too. NoAnswer where an arm is empty, or
    nothing varies and nothing is declared, or the control's mean is 0 and the difference relative.

    >>> few, many = BoundedEvidence.of_counts(12, 40), BoundedEvidence.of_counts(29, 40)
    >>> found = compare(few, many)
    >>> round(found.low, 3), found.value, round(found.high, 3), round(found.p_value or 0, 4), found.validity.value
    (0.046, 0.425, 0.727, 0.0144, 'anytime')
    """
    for arm, name in ((control, "control"), (treatment, "treatment")):
        if not arm.n:
            raise NoAnswer(f"The {name} has no value yet.")
    left, right = evidence(control, kind), evidence(treatment, kind)
    if isinstance(left, BoundedEvidence) and isinstance(right, BoundedEvidence):
        exact = relative_difference if relative else difference
        return exact(left, right, level=level)
    if isinstance(left, Moments) and isinstance(right, Moments):
        return careful_difference(left, right, sequence=Sequence(level, TUNING_N), relative=relative)
    raise ValueError("control and treatment must be known in the same way: both by moments or both by evidence.")


def estimate_mean(arm: Arm, *, kind: str = "number", level: float = 0.05) -> Estimate:
    """One arm's mean, valid at every look. NoAnswer as ``compare``."""
    if not arm.n:
        raise NoAnswer("There is no value yet.")
    known = evidence(arm, kind)
    if isinstance(known, BoundedEvidence):
        return mean_of(known, level=level)
    return asymptotic_mean(known, sequence=Sequence(level, TUNING_N))


def evidence(arm: Arm, kind: str) -> Arm:
    """The moments of answers, yes or no, as counts; everything else as it is. NoAnswer if they are not 0 and 1."""
    if kind != YES_NO or isinstance(arm, BoundedEvidence):
        return arm
    successes, off = arm.n * float(arm.mean[0]), 1e-6 * max(arm.n, 1)
    counted = round(successes)
    spread = counted * (arm.n - counted) / arm.n if arm.n else 0.0
    if abs(successes - counted) > off or abs(float(arm.scatter[0, 0]) - spread) > off:
        raise NoAnswer("These are not answers, yes or no, of one for each unit: their sums are not those of 0 and 1.")
    return BoundedEvidence.of_counts(counted, arm.n)
