"""Sample-ratio tests: do the arms hold as many units as their weights say?

If not, the assignment or the record is broken (a redirect that fails, an arm that loses people) and no comparison can
be trusted. The sequential test is safe to look at after every unit; the chi-square is for one look, planned before.
Both take units as independent draws. Blocks and minimisation balance more evenly than that: fewer false alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, lgamma, log

CONCENTRATION = 50.0


@dataclass(frozen=True)
class SampleRatio:
    """What the counts say. Never NaN; before the first unit every p-value is 1.

    log_bayes_factor: evidence now, against the planned shares. largest: the most there has been so far; store it and
    hand it back at the next look. p_now: valid at any time, also one that was chosen for its looks, from the counts
    alone; it may rise again. p_always: the smallest p_now so far, valid in the same way, never rising.
    p_fixed: chi-square with ``degrees`` of freedom, valid for one planned look only.
    """

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    log_bayes_factor: float
    largest: float
    chi_square: float
    degrees: int
    p_fixed: float

    @property
    def p_now(self) -> float:
        """min(1, 1 / Bayes factor)."""
        return exp(-max(self.log_bayes_factor, 0.0))

    @property
    def p_always(self) -> float:
        """min(1, 1 / largest Bayes factor so far)."""
        return exp(-max(self.largest, 0.0))

    def alarm(self, level: float = 0.01) -> bool:
        """Whether to stop and look. Under the planned shares it is ever raised with probability at most ``level``."""
        return self.p_always <= level


def sample_ratio(
    counts: Sequence[int], shares: Sequence[float], *, concentration: float = CONCENTRATION, largest: float = -inf
) -> SampleRatio:
    """Test the counts of all arms against their planned shares. Lindon and Malek (2022), arXiv 2011.03567.

    shares: weights >= 0, in any unit. The Bayes factor sets a Dirichlet prior around the plan, with ``concentration``
    times the shares as its parameters, against the plan. Under the plan it is a martingale that begins at 1, so the
    chance that it *ever* reaches 1 / level is at most level (Ville): hence p_now needs no history and p_always may use
    any looks. A larger concentration finds small shifts in huge experiments, a smaller one large shifts early.

    largest: ``SampleRatio.largest`` of the look before, with the same shares and concentration.
    A unit in an arm of share 0 is certain proof. ValueError if a count or share is negative or no share positive.

    >>> sample_ratio([60, 62], [1, 1]).alarm(), sample_ratio([140, 210], [1, 1]).alarm()
    (False, True)
    """
    counts, total_share = tuple(counts), sum(shares)
    if len(counts) != len(shares) or min(counts, default=0) < 0 or min(shares, default=0) < 0:
        raise ValueError(f"counts and shares must be 0 or more, one of each per arm, not {counts} and {list(shares)}.")
    if not (0 < total_share < inf and 0 < concentration < inf):
        raise ValueError(f"shares and concentration must be above 0, not {list(shares)} and {concentration}.")
    plan = [share / total_share for share in shares]
    expected = tuple(sum(counts) * share for share in plan)
    evidence = _log_bayes_factor(counts, plan, concentration)
    chi_square, degrees = _chi_square(counts, expected), sum(share > 0 for share in plan) - 1
    p_fixed = chi_square_tail(chi_square, degrees)
    return SampleRatio(counts, expected, evidence, max(evidence, largest), chi_square, degrees, p_fixed)


def _log_bayes_factor(counts: Sequence[int], plan: Sequence[float], concentration: float) -> float:
    """log of B(a + n) / B(a) / prod(share ** n), a = concentration * share, over the arms that can be handed out."""
    n = sum(counts)
    total = lgamma(concentration) - lgamma(concentration + n)
    for count, share in zip(counts, plan, strict=True):
        if count and not share:
            return inf
        if count:
            prior = concentration * share
            total += lgamma(prior + count) - lgamma(prior) - count * log(share)
    return total


def _chi_square(counts: Sequence[int], expected: Sequence[float]) -> float:
    return sum(
        (count - planned) ** 2 / planned if planned else (inf if count else 0.0)
        for count, planned in zip(counts, expected, strict=True)
    )


def chi_square_tail(x: float, degrees: int) -> float:
    """The chance that a chi-square variable with ``degrees`` of freedom exceeds x; exact far into the tail.

    Regularised upper incomplete gamma function Q(degrees / 2, x / 2): 1 - series below degrees / 2 + 1, continued
    fraction (Lentz) above. Without a degree of freedom there is no surprise: 1, or 0 if x is infinite.

    >>> round(chi_square_tail(3.841458820694124, 1), 12), chi_square_tail(1400, 3) > 0
    (0.05, True)
    """
    if not x >= 0 or degrees < 0:
        raise ValueError(f"x and degrees must be 0 or more, not {x} and {degrees}.")
    if not isfinite(x):
        return 0.0
    shape, half = degrees / 2, x / 2
    if not half or not degrees:
        return 1.0
    scale = exp(shape * log(half) - half - lgamma(shape))
    return max(1 - scale * _series(shape, half), 0.0) if half < shape + 1 else scale * _fraction(shape, half)


def _series(shape: float, x: float) -> float:
    total = term = 1 / shape
    n = shape
    while term > total * 1e-17:
        n += 1
        term *= x / n
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1 - shape
    c, d = inf, 1 / b
    value, step, i = d, 0.0, 0
    while abs(step - 1) > 1e-16 and i < 10_000:
        i += 1
        a = i * (shape - i)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        step = c * d
        value *= step
    return value
