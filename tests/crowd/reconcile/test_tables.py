"""The tables say one thing for every pair, and nothing that cannot be taken back without the wish for it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from crowd.reconcile.actions import CALLS, DECIDED_BY, Action
from crowd.reconcile.pace import LONGEST_WAIT, Activity, look_again_after, wait_after
from crowd.reconcile.postings import PostingState, posting_action
from crowd.reconcile.submissions import ECHO, believed, open_pairs, submission_action, unlisted
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish

BOTH = (False, True)
POSTINGS = [
    PostingState(wish, sight, known, unsure, places, 3, free, reviewed, time)
    for wish, sight, known, unsure, places, free, reviewed, time in itertools.product(
        PostingWish, PostingSight, BOTH, BOTH, (3, 4), (None, 0, 1), BOTH, BOTH
    )
]
SUBMISSIONS = list(itertools.product(SubmissionWish, SubmissionSight, BOTH, BOTH))


def test_nothing_irreversible_is_done_to_a_posting_without_the_wish_for_it() -> None:
    for state in POSTINGS:
        assert state.wish in DECIDED_BY.get(posting_action(state), set(PostingWish)), state


def test_nothing_irreversible_is_done_to_a_submission_without_the_decision_for_it() -> None:
    for wish, sight, unsure, told in SUBMISSIONS:
        action = submission_action(wish, sight, is_unsure=unsure, was_told=told)
        assert wish in DECIDED_BY.get(action, set(SubmissionWish)), (wish, sight)


def test_what_nobody_decided_is_left_alone_whatever_is_seen() -> None:
    for sight in SubmissionSight:
        assert submission_action(SubmissionWish.UNDECIDED, sight) == Action.NOTHING


def test_after_a_lost_answer_the_next_call_only_reads() -> None:
    reading = {Action.LOOK, Action.FIND}

    for state in POSTINGS:
        if state.is_unsure:
            assert posting_action(state) in reading or posting_action(state) not in CALLS, state
    for wish, sight, _, told in SUBMISSIONS:
        action = submission_action(wish, sight, is_unsure=True, was_told=told)
        assert action in reading or action not in CALLS


def test_what_is_approved_is_never_rejected_by_us() -> None:
    assert submission_action(SubmissionWish.REJECTED, SubmissionSight.APPROVED) == Action.ASK


def test_a_posting_is_removed_only_when_everything_on_it_is_reviewed() -> None:
    closed = PostingState(PostingWish.GONE, PostingSight.CLOSED, is_known=True, is_reviewed=False)

    assert posting_action(closed) == Action.WAIT


def test_the_pairs_an_executor_looks_for_are_those_that_the_table_answers_with_a_call() -> None:
    pairs = {(wish, sight) for wish, sights in open_pairs().items() for sight in sights}

    for wish, sight in itertools.product(SubmissionWish, SubmissionSight):
        assert ((wish, sight) in pairs) == (submission_action(wish, sight) in CALLS)


@pytest.mark.parametrize("new", list(SubmissionSight))
def test_an_approval_that_was_seen_is_not_taken_back_by_an_echo(new: SubmissionSight) -> None:
    assert believed(SubmissionSight.APPROVED, new, age=ECHO / 2) == SubmissionSight.APPROVED
    assert believed(SubmissionSight.APPROVED, new, age=ECHO) == new


def test_work_that_nobody_holds_any_more_was_given_back() -> None:
    hour = timedelta(hours=1)

    def after(minutes: float, *, free: bool) -> SubmissionSight:
        held = timedelta(minutes=minutes)
        return unlisted(SubmissionSight.UNSEEN, held_for=held, allowed=hour, nobody_holds_one=free)

    assert after(5, free=True) == SubmissionSight.UNSEEN
    assert after(20, free=True) == SubmissionSight.RETURNED
    assert after(20, free=False) == SubmissionSight.UNSEEN
    assert after(90, free=False) == SubmissionSight.TIMED_OUT


def test_waiting_doubles_up_to_a_quarter_of_an_hour_and_is_never_nothing() -> None:
    waits = [wait_after(n, chance=0.0) for n in range(1, 40)]

    assert waits == sorted(waits)
    assert waits[0] >= timedelta(seconds=2)
    assert wait_after(100, chance=0.99) <= LONGEST_WAIT
    assert wait_after(1, chance=0.0, retry_after=60) >= timedelta(minutes=1)


def test_an_account_is_read_the_more_often_the_more_goes_on_there() -> None:
    gaps = [look_again_after(Activity(people=1)), look_again_after(Activity(open=1)), look_again_after(Activity())]

    assert gaps == sorted(gaps)
    assert gaps[0] <= timedelta(seconds=15)
