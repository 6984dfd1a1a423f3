"""What a run gives to its components: never written in a file, the same for every component but the seed."""

from __future__ import annotations

INJECTED: dict[str, str] = {
    "seed": "whole number: of this component in this run alone (experiment > setting > fold > component)",
    "run_seed": "whole number: of the run, for what all components share",
    "fold": "analysis.learning.running.Fold: which part is held out",
    "epochs": "whole number: epochs in total",
    "validation": "the document's validation section (a JSON object), {} if it has none",
    "measure": "the document's measure section (a JSON object), {} if it has none",
    "stopping": "the document's stopping section (a JSON object), {} if it has none",
    "checkpoints": "the document's checkpoints section (a JSON object), {} if it has none",
}
