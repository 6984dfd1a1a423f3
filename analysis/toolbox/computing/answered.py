"""An answer as every door shows it: lines with an estimate, a test or figures, in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, isnan

from analysis.statistics.methods import Method
from analysis.statistics.words import Estimate, Tested, Validity

Figure = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. name: of what ("vivid against plain"). words: a sentence of its own, else made of the rest."""

    name: str = ""
    estimate: Estimate | None = None
    tested: Tested | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    words: str = ""

    @property
    def sentence(self) -> str:
        """For people."""
        said = self.words or "; ".join(part for part in self._parts() if part)
        return f"{self.name}: {said}" if self.name else said

    def _parts(self) -> list[str]:
        parts = [estimate_in_words(self.estimate)] if self.estimate else []
        parts += [tested_in_words(self.tested)] if self.tested else []
        return [
            *parts,
            ", ".join(f"{name.replace('_', ' ')} {in_words(value)}" for name, value in self.figures.items()),
        ]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Of the estimate and the test."""
        own = (self.estimate.remarks if self.estimate else ()) + (self.tested.remarks if self.tested else ())
        return tuple(dict.fromkeys(own))

    @property
    def validity(self) -> Validity | None:
        """What it promises, where it says so."""
        return self.estimate.validity if self.estimate else self.tested.validity if self.tested else None

    def as_json(self) -> dict[str, object]:
        """An open side is null."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "estimate": _estimate_json(self.estimate) if self.estimate else None,
            "test": _tested_json(self.tested) if self.tested else None,
            "figures": {name: figure(value) for name, value in self.figures.items()},
        }


@dataclass(frozen=True, slots=True)
class Answered:
    """lines: empty where there is no answer; why_not is then the sentence. columns, settings: what was read."""

    method: Method
    lines: tuple[Line, ...]
    remarks: tuple[str, ...]
    why_not: str
    columns: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Figure]
    n: int

    @property
    def sentence(self) -> str:
        """The answer in a sentence or three; else why there is none."""
        if self.why_not:
            return self.why_not
        told = [f"{line.sentence.removesuffix('.')}." for line in self.lines[:3]]
        more = len(self.lines) - len(told)
        return " ".join([*told, *([f"And {more} more."] if more else [])])

    @property
    def promises(self) -> tuple[str, ...]:
        """What the lines promise, each once."""
        found = dict.fromkeys(line.validity for line in self.lines)
        return tuple(each.sentence for each in found if each is not None)

    def as_json(self) -> dict[str, object]:
        """The whole, for programs."""
        return {
            "method": self.method.key,
            "title": self.method.title,
            "sentence": self.sentence,
            "why_not": self.why_not,
            "promises": list(self.promises),
            "remarks": list(self.remarks),
            "lines": [line.as_json() for line in self.lines],
            "n": self.n,
            "columns": {role: list(names) for role, names in self.columns.items()},
            "settings": dict(self.settings),
            "reference": self.method.reference,
        }


def estimate_in_words(found: Estimate) -> str:
    """
    >>> estimate_in_words(Estimate(4.0, 1.0, 7.0, 0.05, 80, "welch", Validity.FIXED, 0.01))
    '4, with 95 % confidence between 1 and 7; p = 0.01'
    """
    sure = "probability" if found.validity is Validity.POSTERIOR else "confidence"
    said = f"{number(found.value)}, with {_percent(found.level)} % {sure} {_between(found)}"
    if not (found.low > -inf or found.high < inf):
        said = f"{number(found.value)}, and nothing bounds it yet"
    return f"{said}; {p_in_words(found.p_value)}" if found.p_value is not None else said


def _percent(level: float) -> str:
    """What is left beside the error allowed: never rounded to certainty.

    >>> _percent(0.05), _percent(1e-9)
    ('95', '99.9999999')
    """
    rounded = number(100 * (1 - level))
    return rounded if rounded != "100" else f"{100 * (1 - level):.12g}"


def tested_in_words(found: Tested) -> str:
    """
    >>> tested_in_words(Tested("F", 4.1, 0.0217, 60, "anova", Validity.FIXED, (2.0, 57.0)))
    'F(2, 57) = 4.1, p = 0.0217'
    """
    degrees = f"({', '.join(number(each) for each in found.degrees)})" if found.degrees else ""
    return f"{found.name}{degrees} = {number(found.statistic)}, {p_in_words(found.p_value)}"


def p_in_words(p: float) -> str:
    """
    >>> p_in_words(1e-9), p_in_words(0.5)
    ('p < 0.0001', 'p = 0.5')
    """
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.3g}"


def number(value: float) -> str:
    """Four digits that matter.

    >>> number(1234567.0), number(0.123456), number(float("inf"))
    ('1.235e+06', '0.1235', '∞')
    """
    return f"{value:.4g}" if isfinite(value) else "∞" if value > 0 else "-∞"


def in_words(value: Figure) -> str:
    """A figure of any kind."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return "none" if value is None else str(value)


def figure(value: Figure) -> Figure:
    """As JSON can hold it: infinite is null. ValueError for what is no number at all: that must never be shown."""
    if not isinstance(value, float):
        return value
    if isnan(value):
        raise ValueError("A figure is no number.")
    return value if isfinite(value) else None


def _between(found: Estimate) -> str:
    if found.low == -inf:
        return f"at most {number(found.high)}"
    return (
        f"at least {number(found.low)}"
        if found.high == inf
        else f"between {number(found.low)} and {number(found.high)}"
    )


def _estimate_json(found: Estimate) -> dict[str, Figure]:
    return {
        "value": figure(float(found.value)),
        "low": figure(float(found.low)),
        "high": figure(float(found.high)),
        "level": found.level,
        "n": int(found.n),
        "method": found.method,
        "validity": found.validity.value,
        "p_value": figure(found.p_value),
        "standard_error": figure(found.standard_error),
        "degrees": figure(found.degrees),
    }


def _tested_json(found: Tested) -> dict[str, object]:
    return {
        "name": found.name,
        "statistic": figure(float(found.statistic)),
        "degrees": [figure(float(each)) for each in found.degrees],
        "p_value": figure(float(found.p_value)),
        "n": int(found.n),
        "method": found.method,
        "validity": found.validity.value,
    }
