"""Figures over all samples of a split, found by name. To add one, see ``members``.

[f1, area] = parse_metrics(["f1_macro", {"kind": "auroc", "average": "macro", "tag": "area"}])
{name: measure(seen) for name, measure in f1.figures().items()}          # seen: see ``Seen``
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from analysis.learning.components import ComponentError
from analysis.learning.metrics import at_k, calibration, f_scores, labels, numbers, probabilities, ranking
from analysis.learning.metrics.metric import METRICS, Measure, Metric, Seen
from experiments.problems import Path
from experiments.types import Json, JsonObject

__all__ = ["METRICS", "Measure", "Metric", "Seen", "figures_of", "more_is_better", "parse_metrics", "wanted"]

SHIPPED = (at_k, calibration, f_scores, labels, numbers, probabilities, ranking)  # registered by being imported


def parse_metrics(specs: Sequence[Json], path: Path = ("metrics",)) -> list[Metric]:
    """ComponentError with every fault of every one."""
    found = ((i, finding) for i, spec in enumerate(specs) for finding in METRICS.faults(spec))
    findings = [((*path, i, *at), message, hint) for i, (at, message, hint) in found]
    if findings:
        raise ComponentError(findings)
    return [METRICS.read(spec) for spec in specs]


def figures_of(metrics: Sequence[Metric]) -> Mapping[str, Measure]:
    """All their figures by name. ValueError if two are called alike."""
    found: dict[str, Measure] = {}
    for metric in metrics:
        for name, measure in metric.figures().items():
            if name in found:
                raise ValueError(f"Two figures are called {name}. Give one of them a tag.")
            found[name] = measure
    return found


class Watcher(Protocol):
    """A strategy that looks at figures."""

    def watches(self) -> tuple[tuple[str, str], ...]:
        """The (split, measure) pairs that must be measured after every epoch."""
        ...


def wanted(
    metrics: Sequence[Metric],
    measure: JsonObject,
    losses: Collection[str] = ("loss",),
    watching: Sequence[Watcher | None] = (),
) -> Mapping[str, Measure]:
    """The figures of a trainer's metrics, the one that the batch is judged by, and those that strategies watch.

    measure: the document's section. losses: figures that the trainer has anyway. ComponentError if the batch is to be
    judged by a name that no metric has; what is watched may also be something that the trainer tells of itself.
    """
    found = dict(figures_of(metrics))
    primary = measure.get("name", "loss")
    watched = [name for one in watching if one is not None for _, name in one.watches()]
    for name in (primary, *(name for name in watched if not list(METRICS.faults(name)))):
        if name not in found and name not in losses:
            found |= figures_of(parse_metrics([name], ("measure", "name")))
    return found


def more_is_better(name: str) -> bool | None:
    """Whether a figure of that name is better when it is higher; None if no metric is called so.

    >>> more_is_better("f1_macro"), more_is_better("log_loss"), more_is_better("loss"), more_is_better("speed")
    (True, False, False, None)
    """
    if name == "loss":
        return False
    written = METRICS.written(name)
    kind = METRICS.members.get(str(written["kind"]))
    return None if kind is None else kind.more_is_better
