"""A score for somebody's work, with a reason for everything that lowers it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from crowd.quality.rule import Rule


@dataclass(frozen=True, slots=True)
class PageLeft:
    """A page that was answered. seconds: by the server's clock. is_timed: a browser said when it was shown."""

    step: str
    seconds: float
    is_timed: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """What is known of somebody's way through. pasted, typed: characters. away: how often they left a page.

    flags: words of the browser about itself, such as "webdriver". twins: other people with the same words.
    """

    pages: tuple[PageLeft, ...] = ()
    attention_missed: int = 0
    comprehension_missed: int = 0
    pasted: int = 0
    written: int = 0
    away: int = 0
    flags: tuple[str, ...] = ()
    twins: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """sign: one of SIGNS. reason: a sentence with its figures, and with nothing that the person wrote."""

    sign: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """score: in [0, 1], 1 with nothing found. because: the signs for which the rule leaves them out."""

    score: float
    findings: tuple[Finding, ...]
    because: tuple[str, ...]

    @property
    def is_excluded(self) -> bool:
        """Whether the second analysis does without them."""
        return bool(self.because)


@dataclass(frozen=True, slots=True)
class Typical:
    """seconds: what people typically take for a step (the median)."""

    seconds: Mapping[str, float] = field(default_factory=dict)


WEIGHTS: Final = {
    "attention": 0.5,
    "comprehension": 0.3,
    "too_fast": 0.5,
    "pasted": 0.4,
    "away": 0.1,
    "same_text": 0.6,
    "automation": 0.8,
    "no_browser": 0.3,
}
"""By how much of what is left a sign lowers the score."""


def judge(passage: Passage, typical: Typical, rule: Rule) -> Judgement:
    """What is found, the score, and whether the rule leaves them out.

    >>> judge(Passage(attention_missed=1), Typical(), Rule(exclude=("attention",))).because
    ('attention',)
    """
    told = ((sign, look(passage, typical, rule)) for sign, look in LOOKS.items())
    findings = tuple(Finding(sign, reason) for sign, reason in told if reason)
    score = round(math.prod(1 - WEIGHTS[each.sign] for each in findings), 3)
    because = tuple(each.sign for each in findings if each.sign in rule.exclude)
    return Judgement(score, findings, because or (("score",) if score < rule.exclude_below else ()))


def _attention(passage: Passage, _typical: Typical, rule: Rule) -> str:
    n = passage.attention_missed
    return f"Missed {n} attention check{'s' * (n > 1)}." if n >= rule.attention else ""


def _comprehension(passage: Passage, _typical: Typical, rule: Rule) -> str:
    n = passage.comprehension_missed
    return f"Missed comprehension checks {n} times." if n >= rule.comprehension else ""


def _too_fast(passage: Passage, typical: Typical, rule: Rule) -> str:
    fast = sum(page.seconds < _floor(page, typical, rule) for page in passage.pages)
    if not passage.pages or not fast or fast < rule.fast_pages * len(passage.pages):
        return ""
    return f"Left {fast} of {len(passage.pages)} pages faster than they can be read."


def _floor(page: PageLeft, typical: Typical, rule: Rule) -> float:
    return max(rule.floor_seconds, rule.floor_share * typical.seconds.get(page.step, 0.0))


def _pasted(passage: Passage, _typical: Typical, rule: Rule) -> str:
    if not passage.pasted or not passage.written:
        return ""
    share = min(1.0, passage.pasted / passage.written)
    return f"Pasted {share:.0%} of what they wrote." if share >= rule.pasted_share else ""


def _away(passage: Passage, _typical: Typical, rule: Rule) -> str:
    return f"Left the page {passage.away} times." if passage.away >= rule.away else ""


def _same_text(passage: Passage, _typical: Typical, rule: Rule) -> str:
    n = passage.twins
    return f"Wrote the same words as {n} other {'person' if n == 1 else 'people'}." if n >= rule.same_text else ""


def _automation(passage: Passage, _typical: Typical, _rule: Rule) -> str:
    return f"The browser says that a program steers it ({', '.join(passage.flags)})." if passage.flags else ""


def _no_browser(passage: Passage, _typical: Typical, _rule: Rule) -> str:
    seen = any(page.is_timed for page in passage.pages)
    return "" if seen or not passage.pages else "No page was timed by a browser: scripts were off, or there was none."


Look = Callable[[Passage, Typical, Rule], str]
LOOKS: Final[dict[str, Look]] = {
    "attention": _attention,
    "comprehension": _comprehension,
    "too_fast": _too_fast,
    "pasted": _pasted,
    "away": _away,
    "same_text": _same_text,
    "automation": _automation,
    "no_browser": _no_browser,
}
