"""An answer as plain text, for the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bandits.evaluation.answer import NAMES, Answer
from bandits.evaluation.question import LEARNING
from experiments.text_table import text_table

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Estimate

KINDS = {"finite_sample": "", "asymptotic": "approximate", "none": "no interval"}


def as_table(answer: Answer) -> str:
    """Everything that the page shows, below each other."""
    whole, question = answer.whole, answer.question
    learning = LEARNING.get(answer.described.learning, "")
    head = [
        f"{answer.described.title}. {learning}".strip(),
        f"{int(whole.n):,} decisions{_window(answer)}; {answer.reward}; intervals at {question.confidence:.0%}",
        "",
    ]
    rows = [("earned, as it was", whole.logged), *((NAMES[name], one) for name, one in answer.estimators.items())]
    estimates = text_table([_row(name, one) for name, one in [*rows, ("Gain", whole.gain)]])
    tail = [
        "",
        f"worth {whole.effective_sample_size:,.0f} decisions of this policy",
        *([f"replayed: {answer.replayed:,} decisions that it would have made itself"] if answer.replay else []),
        f"weights: largest {whole.largest_weight:.3g}, mean {whole.mean_weight:.3f}, "
        f"{whole.share_clipped:.1%} clipped at {whole.clip:g}",
        *(f"left out: {n:,} {why}" for why, n in answer.left_out.to_json().items() if n),
        "",
        text_table([*_arms(answer)]),
        *_segments(answer),
        *(f"! {text}" for text in answer.warnings),
    ]
    return "\n".join([*head, estimates, *tail])


def _window(answer: Answer) -> str:
    if answer.begins is None or answer.ends is None:
        return ""
    return f" from {answer.begins:%Y-%m-%d %H:%M} to {answer.ends:%Y-%m-%d %H:%M} UTC"


def _row(name: str, one: Estimate) -> tuple[str, ...]:
    if one.lower is None or one.upper is None:
        return name, f"{one.estimate:.4f}", "", KINDS[one.kind]
    return name, f"{one.estimate:.4f}", f"{one.lower:.4f} … {one.upper:.4f}", KINDS[one.kind]


def _arms(answer: Answer) -> Iterable[tuple[str, ...]]:
    yield "arm", "decisions", "mean reward", "its share here"
    for name, one in zip(answer.arms, answer.whole.arms, strict=True):
        mean = "" if one.mean is None else f"{one.mean:.4f}"
        yield name, f"{int(one.pulls):,}", mean, f"{one.target:.1%}"


def _segments(answer: Answer) -> list[str]:
    if not answer.segments:
        return []
    rows: list[tuple[str, ...]] = [(answer.question.by, "decisions", "earned", "would have", "interval")]
    for segment in answer.segments:
        name, n, found = segment.name or "(none)", f"{segment.decisions:,}", segment.evaluation
        if found is None:
            rows.append((name, n, "", "", segment.refused))
        else:
            _, value, interval, _ = _row(name, found.best)
            rows.append((name, n, f"{found.logged.estimate:.4f}", value, interval))
    return ["", text_table(rows)]
