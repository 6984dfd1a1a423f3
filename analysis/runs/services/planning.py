"""From documents to runs: what is missing is queued, what is there is never computed again."""

from __future__ import annotations

from datetime import datetime

from analysis.learning.search.comparing import Missing
from analysis.learning.search.shipped import SEARCHES
from analysis.runs.models import Batch
from analysis.runs.planned import Planned
from analysis.runs.plans import Request, comparison_of
from analysis.runs.services.queueing import queue_runs
from analysis.runs.services.settling import PROPOSERS


def propose_next(batch: Batch, now: datetime) -> int:
    """Queue what the search wants next, knowing the results so far. How many runs. The batch's row is held.

    Code that changed on the way begins nothing anew: that is for whoever orders the batch again.
    """
    comparison = comparison_of(Request.of(batch), batch, as_begun=True)
    return len(queue_runs(batch, [planned(missing) for missing in comparison.missing], now=now))


def follow_searches() -> None:
    """Searches that learn from results are asked again whenever a run is over."""
    for name, search in SEARCHES.members.items():
        if search.is_adaptive:
            PROPOSERS[name] = propose_next


def planned(missing: Missing) -> Planned:
    """As the queue takes it. Beside it are kept the values that were chosen, by place, and the search's own note."""
    computation, key = missing.wanted.computation, missing.wanted.key
    proposal = computation.proposal
    return Planned(
        setting=computation.setting,
        setting_digest=computation.setting_digest,
        digest=missing.wanted.digest,
        seed=computation.seed,
        epochs=computation.epochs,
        fold=computation.fold,
        identity=key.identity,
        proposal={"choices": dict(proposal.built.choices), **({"note": proposal.note} if proposal.note else {})},
        warm_from=missing.warm_from,
    )
