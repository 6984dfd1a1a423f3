"""How much a document asks for, in words."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from analysis.learning.document import Checked
from analysis.learning.search.design import Design

COUNTED = 100_000


def counted(n: int, one: str) -> str:
    """“1 run”, “12 runs”."""
    return f"{n:,} {one}{'' if n == 1 else 's'}"


def runs_of(design: Design, most: int = COUNTED) -> tuple[int, int, bool]:
    """(settings, runs, whether these are all) of what is proposed first; at most so many settings are looked at."""
    occasion = replace(design.occasion, most=most)
    found = list(islice(design.search.proposals(design.space, occasion), most + 1))
    proposals = found[:most]
    return len(proposals), sum(design.repeats_of(proposal) for proposal in proposals), len(found) <= most


def summary(checked: Checked, most: int = COUNTED) -> str:
    """How much is to be computed, in a sentence; empty where something is to be mended."""
    design = checked.design
    if design is None:
        return ""
    settings, runs, is_all = runs_of(design, most)
    seeds = f", from {design.seeds} seeds each" if design.seeds > 1 else ""
    first = " to begin with; results decide what follows" if design.search.is_adaptive else ""
    over = "" if is_all else "more than "
    searched = f"{counted(settings, 'setting')} by {type(design.search).name.replace('_', ' ')}{seeds}"
    told = f"{searched}: {over}{counted(runs, 'run')} of {_epochs(design)}{first}."
    return f"{over}{told}"[:1].upper() + f"{over}{told}"[1:]


def _epochs(design: Design) -> str:
    """Of the runs that are proposed first: rungs differ."""
    if not design.search.is_adaptive:
        return counted(design.epochs, "epoch")
    each = sorted({proposal.epochs for proposal in design.search.proposals(design.space, design.occasion)})
    return counted(each[0], "epoch") if len(each) == 1 else f"{each[0]:,} to {counted(each[-1], 'epoch')}"
