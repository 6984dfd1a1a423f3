"""Whatever is lost, late or repeated: following the tables makes it as we want it, once, and then they rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from crowd.reconcile.actions import CALLS, DECIDED_BY, Action
from crowd.reconcile.postings import PostingState, posting_action
from crowd.reconcile.submissions import submission_action
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish

FUTURES = 400


@dataclass
class Truth:
    """A posting as it really is at the platform; None: it does not exist. Tokens are not counted there: the worst."""

    sight: PostingSight | None = None
    places: int = 0
    made: int = 0
    done: list[Action] = field(default_factory=list)

    def do(self, action: Action, wanted: int) -> None:
        """Carry it out."""
        self.done.append(action)
        if action == Action.PUBLISH:
            self.made, self.sight, self.places = self.made + 1, PostingSight.OPEN, wanted
        if action == Action.ADD_PLACES:
            self.places, self.sight = wanted, PostingSight.OPEN
        after = {Action.OPEN: "open", Action.PAUSE: "paused", Action.CLOSE: "closed", Action.REMOVE: "gone"}
        if action in after:
            self.sight = PostingSight(after[action])


def step(ours: PostingState, truth: Truth, rng: np.random.Generator) -> PostingState:
    """One call that may be lost on its way there, or its answer on its way back, or both be well."""
    action = posting_action(ours)
    if action not in CALLS:
        return ours
    acts = action not in {Action.LOOK, Action.FIND}
    ours = replace(ours, is_unsure=ours.is_unsure or acts)  # committed before the call
    fate = rng.choice(["lost before", "lost after", "well", "well"])
    if fate == "lost before":
        return ours
    if acts:
        truth.do(action, ours.wanted_places)
    return ours if fate == "lost after" else seen(ours, truth)


def seen(ours: PostingState, truth: Truth) -> PostingState:
    """What an answer, or a look, tells."""
    if truth.sight is None:
        return replace(ours, sight=PostingSight.ABSENT, is_unsure=False)
    free = truth.places if truth.sight == PostingSight.OPEN else 0
    return replace(ours, sight=truth.sight, seen_places=truth.places, is_known=True, is_unsure=False, free=free)


@pytest.mark.parametrize("wish", [w for w in PostingWish if w != PostingWish.DRAFT])
def test_a_posting_becomes_what_is_wished_and_is_made_once(wish: PostingWish) -> None:
    for seed in range(FUTURES):
        rng, truth = np.random.default_rng(seed), Truth()
        ours = PostingState(PostingWish.OPEN, PostingSight.UNKNOWN, is_known=False, wanted_places=9)
        for _ in range(int(rng.integers(0, 12))):
            ours = step(ours, truth, rng)
            ours = seen(ours, truth) if ours.is_known and rng.random() < 0.3 else ours  # the poller comes by
        ours = replace(ours, wish=wish, wanted_places=12)
        for _ in range(60):
            ours = step(ours, truth, rng)

        assert truth.made <= 1
        assert posting_action(ours) not in CALLS
        if wish == PostingWish.OPEN:
            assert (truth.sight, truth.places, truth.made) == (PostingSight.OPEN, 12, 1)
        elif truth.made:
            assert (
                truth.sight
                in {
                    PostingWish.PAUSED: {PostingSight.PAUSED},
                    PostingWish.CLOSED: {PostingSight.CLOSED},
                    PostingWish.GONE: {PostingSight.GONE},
                }[wish]
            )


FINAL = {
    SubmissionWish.UNDECIDED: SubmissionSight.SUBMITTED,
    SubmissionWish.APPROVED: SubmissionSight.APPROVED,
    SubmissionWish.REJECTED: SubmissionSight.REJECTED,
}
EFFECT = {
    Action.APPROVE: SubmissionSight.APPROVED,
    Action.OVERRIDE: SubmissionSight.APPROVED,
    Action.REJECT: SubmissionSight.REJECTED,
}


@pytest.mark.parametrize("wish", list(FINAL))
def test_a_submission_gets_the_decision_that_was_made_whatever_is_lost(wish: SubmissionWish) -> None:
    for seed in range(FUTURES):
        rng = np.random.default_rng(seed)
        truth, ours, unsure, done = SubmissionSight.SUBMITTED, SubmissionSight.UNSEEN, False, []
        for _ in range(60):
            action = submission_action(wish, ours, is_unsure=unsure)
            fate = rng.choice(["lost before", "lost after", "well"])
            unsure = unsure or action in EFFECT
            if action in EFFECT and fate != "lost before":
                truth = EFFECT[action]
                done.append(action)
            if fate == "well" and (action in CALLS or rng.random() < 0.5):
                ours, unsure = truth, False

        assert truth == ours == FINAL[wish]
        assert all(wish in DECIDED_BY[action] for action in done)
        assert len(done) <= 1
