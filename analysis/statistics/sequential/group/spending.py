"""How much of the error allowed may be used up by which share of the information.

Lan and DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import e, expm1, isfinite, log, sqrt


@dataclass(frozen=True, slots=True)
class Spending:
    """A spending function, with its parameter if it has one: ``SPENDING`` names them all.

    power: its exponent, above 0 (1 about as Pocock, 3 about as O'Brien-Fleming). hwang_shih_decani: gamma, any number
    (1 about as Pocock, -4 about as O'Brien-Fleming).
    """

    name: str = "obrien_fleming"
    parameter: float | None = None

    def __post_init__(self) -> None:
        if self.name not in SPENDING:
            raise ValueError(f"spending must be one of {', '.join(SPENDING)}, not {self.name!r}.")
        wants = self.name in ("power", "hwang_shih_decani")
        if wants != (self.parameter is not None):
            raise ValueError(f"{self.name} takes {'a' if wants else 'no'} parameter.")
        if self.parameter is not None and not isfinite(self.parameter):
            raise ValueError(f"parameter must be a finite number, not {self.parameter}.")
        if self.name == "power" and self.parameter is not None and not self.parameter > 0:
            raise ValueError(f"parameter must be above 0, not {self.parameter}.")

    def spent(self, fraction: float, level: float) -> float:
        """Of the level of one side, by a share of the information from 0 to 1.

        >>> [round(Spending("pocock").spent(t, 0.025), 5) for t in (0.0, 0.5, 1.0)]
        [0.0, 0.0155, 0.025]
        """
        if fraction <= 0:
            return 0.0
        if fraction >= 1:
            return level
        return SPENDING[self.name](fraction, level, self.parameter or 0.0)


def _obrien_fleming(fraction: float, level: float, _: float) -> float:
    from scipy.special import ndtr, ndtri

    return float(2 * ndtr(ndtri(level / 2) / sqrt(fraction)))


def _pocock(fraction: float, level: float, _: float) -> float:
    return level * log(1 + (e - 1) * fraction)


def _power(fraction: float, level: float, exponent: float) -> float:
    """Kim and DeMets (1987), Biometrika 74."""
    return float(level * fraction**exponent)


def _hwang(fraction: float, level: float, gamma: float) -> float:
    """Hwang, Shih and DeCani (1990), Statistics in Medicine 9."""
    if abs(gamma) < 1e-9:
        return level * fraction
    return level * expm1(-gamma * fraction) / expm1(-gamma)


SPENDING: dict[str, Callable[[float, float, float], float]] = {
    "obrien_fleming": _obrien_fleming,
    "pocock": _pocock,
    "power": _power,
    "hwang_shih_decani": _hwang,
}
"""By name: of a fraction in (0, 1), the level of one side and the parameter."""
