"""Studies whose shares are fixed beforehand, many at once in arrays."""

from __future__ import annotations

import numpy as np

from analysis.planning.simulating.assumed import Array, Assumed, Rng
from analysis.planning.simulating.held import Held
from analysis.planning.simulating.judging import Seen, by_bets, look
from analysis.planning.simulating.outcomes import Outcomes
from analysis.planning.simulating.study import Study
from analysis.statistics.sequential.many_looks import Mask

__all__ = ["Study", "marked", "play"]


def play(assumed: Assumed, study: Study, *, runs: int, rng: Rng) -> Outcomes:
    """So many studies from beginning to end. ValueError if arms and shares do not match."""
    if assumed.k != len(study.shares):
        raise ValueError("shares must be one for each arm.")
    held = Held.start(assumed, runs, by_bets=by_bets(assumed, study))
    going, found_at = np.ones(runs, bool), np.full((runs, assumed.k), False)
    people, naive, last = np.zeros(runs), np.zeros(runs, bool), Seen.nothing(assumed, runs)
    before = np.zeros(assumed.k)
    for place, step in enumerate(study.steps()):
        due = np.full(assumed.k, float(step)) if assumed.within else _dealt(study, step)
        held.add(assumed, due - before, going, rng)
        before = due
        seen = look(held, assumed, study, place)
        last = last.where(going, seen)
        naive |= going & seen.naive.any(axis=1)
        people[going] = step
        found_at |= seen.declared & going[:, None]
        going &= ~seen.declared.any(axis=1)
        if not going.any():
            break
    return _counted(assumed, study, last, found_at, (naive, people))


def _dealt(study: Study, step: int) -> Array:
    """People of each arm among the first so many."""
    shares = np.array(study.shares) / sum(study.shares)
    return np.maximum(np.round(shares * step), 1)


def _counted(assumed: Assumed, study: Study, last: Seen, declared: Mask, ended: tuple[Mask, Array]) -> Outcomes:
    naive, people = ended
    arm = marked(assumed)
    truth = assumed.effects[arm]
    effects = np.array(assumed.effects)
    gap = last.gap[:, arm]
    wrong = declared & (np.sign(last.gap) != np.sign(effects)) & (effects != 0)
    picked = (assumed.sign * last.means).argmax(axis=1)
    share = np.array(study.shares) / sum(study.shares)
    one = sum(study.costs) if assumed.within else float(share @ np.array(study.costs))
    cost = study.fixed_cost + people * (one / assumed.k if assumed.within else one)
    right = declared[:, arm] & (np.sign(gap) == np.sign(truth)) if truth else np.zeros(len(gap), bool)
    return Outcomes(
        runs=float(len(gap)),
        found=float(declared.any(axis=1).sum()),
        right=float(right.sum()),
        wrong=float(wrong.any(axis=1).sum()),
        chosen=float(np.isin(picked, assumed.best).sum()),
        covered=float(last.holds[:, arm].sum()),
        naive=float(naive.sum()),
        people=float(people.sum()),
        people2=float((people**2).sum()),
        cost=float(cost.sum()),
        cost2=float((cost**2).sum()),
        error2=float(((gap - truth) ** 2).sum()),
        plain=float((gap - truth).sum()),
        plain2=float(((gap - truth) ** 2).sum()),
    )


def marked(assumed: Assumed) -> int:
    """The arm whose difference is looked at: the best one, or the last one if the control is as good as any."""
    others = [place for place in assumed.best if place != assumed.control]
    return others[-1] if others else max(place for place in range(assumed.k) if place != assumed.control)
