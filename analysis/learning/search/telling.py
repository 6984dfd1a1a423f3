"""A comparison in sentences, for people who are about to start a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from analysis.learning.digests import canonical
from analysis.learning.search.comparing import SHOWN, Comparison, Reason
from experiments.types import Json, JsonObject


def sentences(comparison: Comparison) -> list[str]:
    """What is asked for, what is there, what is missing and why. The first sentence says it all in short."""
    return [
        _asked(comparison),
        *_there(comparison),
        *_missing(comparison),
        *_left(comparison),
    ]


def told(comparison: Comparison) -> JsonObject:
    """The same for programs."""
    settings, folds, seeds = _counts(comparison)
    return {
        "wanted": len(comparison.wanted),
        "settings": settings,
        "folds": folds,
        "seeds": seeds,
        "is_adaptive": comparison.is_adaptive,
        "there": comparison.statuses,
        "missing": len(comparison.missing),
        "reasons": comparison.reasons,
        "new_values": comparison.new_values(),
        "changed": dict(_changed(comparison)),
        "warm_starts": sum(missing.warm_from is not None for missing in comparison.missing),
        "left": len(comparison.left),
        "sentences": sentences(comparison),
    }


def number(n: int, noun: str) -> str:
    """A count as people read it.

    >>> number(1, "run"), number(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def _asked(comparison: Comparison) -> str:
    settings, folds, seeds = _counts(comparison)
    parts = [number(settings, "setting")]
    parts += [number(folds, "fold")] if folds > 1 else []
    parts += [number(seeds, "seed")] if seeds > 1 else []
    total = number(len(comparison.wanted), "run")
    product = " x ".join(parts)
    is_product = settings * folds * seeds == len(comparison.wanted)
    asked = f"{product} = {total}" if is_product else f"{total} of {product}"
    more = " More follow from the results." if comparison.is_adaptive else ""
    return f"{asked}: {len(comparison.there):,} there, {len(comparison.missing):,} to compute.{more}"


def _counts(comparison: Comparison) -> tuple[int, int, int]:
    """Settings, folds, seeds of a setting."""
    computations = [one.computation for one in comparison.wanted]
    settings = len({one.setting_digest for one in computations})
    return settings, len({one.fold for one in computations}), len({one.repeat for one in computations})


def _there(comparison: Comparison) -> Iterator[str]:
    if comparison.there:
        yield f"There: {', '.join(f'{n:,} {status}' for status, n in comparison.statuses.items())}."


def _missing(comparison: Comparison) -> Iterator[str]:
    reasons = comparison.reasons
    for reason, sentence in _SENTENCES.items():
        if n := reasons.get(reason):
            yield sentence.format(runs=number(n, "run"), are="is" if n == 1 else "are", more=_more(comparison, reason))


def _more(comparison: Comparison, reason: Reason) -> str:
    if reason is Reason.SETTING and (comparison.there or comparison.left):
        return _values(comparison.new_values())
    if reason is Reason.CHANGED:
        return f": {_few([f'{path} ({n:,})' for path, n in _changed(comparison)])}"
    warm = sum(missing.warm_from is not None for missing in comparison.missing)
    return f", {warm:,} of them go on from where a run ended" if reason is Reason.EPOCHS and warm else ""


def _values(news: Mapping[str, Sequence[Json]]) -> str:
    each = [f"{place} = {_few([canonical(value) for value in values])}" for place, values in news.items()]
    return f": {'; '.join(each)}" if each else ""


def _changed(comparison: Comparison) -> list[tuple[str, int]]:
    return Counter(path for missing in comparison.missing for path in missing.changed).most_common()


def _left(comparison: Comparison) -> Iterator[str]:
    if n := len(comparison.left):
        are = "is" if n == 1 else "are"
        yield f"{number(n, 'run')} there {are} not asked for, or not any more; nothing is deleted."


def _few(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return ", ".join(text if len(text) <= 60 else f"{text[:57]}…" for text in texts[:SHOWN]) + more


_SENTENCES = {
    Reason.SETTING: "{runs} {are} of settings that are new{more}.",
    Reason.FOLD: "{runs} {are} of folds that are new.",
    Reason.SEED: "{runs} {are} from seeds that are new.",
    Reason.EPOCHS: "{runs} {are} of another number of epochs{more}.",
    Reason.CHANGED: "{runs} {are} computed again, because code or data changed{more}.",
}
