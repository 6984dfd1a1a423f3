"""The state machines of HITs and assignments, and what time does to them."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.crowd.running import AT_ONCE, RunningMTurk, turk_code


def state(standin: RunningMTurk, hit: str) -> tuple[str, int, int, int]:
    """Status, pending, available, completed."""
    seen = standin.client().get_hit(HITId=hit)["HIT"]
    counts = (seen["NumberOfAssignmentsPending"], seen["NumberOfAssignmentsAvailable"])
    return seen["HITStatus"], *counts, seen["NumberOfAssignmentsCompleted"]


def test_a_hit_goes_from_assignable_to_disposed(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit(MaxAssignments=1)
    assert state(mturk_standin, hit) == ("Assignable", 0, 1, 0)
    assignment = mturk_standin.accept(hit, "A1")
    assert state(mturk_standin, hit) == ("Unassignable", 1, 0, 0)
    mturk_standin.submit(assignment)
    assert state(mturk_standin, hit) == ("Reviewable", 0, 0, 0)
    client.update_hit_review_status(HITId=hit)
    assert state(mturk_standin, hit)[0] == "Reviewing"
    assert client.list_reviewable_hits(Status="Reviewing")["NumResults"] == 1

    with pytest.raises(ClientError, match="currently in the state 'Reviewing'"):
        client.delete_hit(HITId=hit)
    client.approve_assignment(AssignmentId=assignment)
    client.delete_hit(HITId=hit)

    assert state(mturk_standin, hit) == ("Disposed", 0, 0, 1)
    assert client.list_hits()["NumResults"] == 0
    assert mturk_standin.ledger()["held"] == "0.00"


def test_a_returned_place_is_free_again_and_its_worker_may_come_back(mturk_standin: RunningMTurk) -> None:
    hit = mturk_standin.hit(MaxAssignments=1)
    first = mturk_standin.accept(hit, "A1")
    mturk_standin.give_back(first)
    assert state(mturk_standin, hit) == ("Assignable", 0, 1, 0)

    second = mturk_standin.accept(hit, "A1")

    assert second != first
    with pytest.raises(RuntimeError, match="problem submitting"):
        mturk_standin.submit(first)


def test_where_asked_a_returned_assignment_goes_to_the_next_worker_under_its_id(mturk_standin: RunningMTurk) -> None:
    mturk_standin.settings(reuse_assignments=1)
    hit = mturk_standin.hit()
    first = mturk_standin.accept(hit, "A1")
    mturk_standin.give_back(first)

    second = mturk_standin.accept(hit, "A2")
    mturk_standin.submit(second)

    assert second == first
    assert mturk_standin.client().get_assignment(AssignmentId=second)["Assignment"]["WorkerId"] == "A2"


def test_who_does_not_submit_in_time_abandons(mturk_standin: RunningMTurk) -> None:
    hit = mturk_standin.hit(AssignmentDurationInSeconds=60)
    assignment = mturk_standin.accept(hit, "A1")

    mturk_standin.advance(61)

    assert state(mturk_standin, hit) == ("Assignable", 0, 1, 0)
    with pytest.raises(RuntimeError, match="problem submitting"):
        mturk_standin.submit(assignment)
    assert mturk_standin.client().list_assignments_for_hit(HITId=hit)["NumResults"] == 0


def test_a_worker_has_one_assignment_of_a_hit(mturk_standin: RunningMTurk) -> None:
    hit, other = mturk_standin.hit(MaxAssignments=2), mturk_standin.hit(MaxAssignments=2)
    held = mturk_standin.accept(hit, "A1")
    assert mturk_standin.accept(hit, "A1") == held
    mturk_standin.submit(held)

    with pytest.raises(RuntimeError, match="already worked on this HIT"):
        mturk_standin.accept(hit, "A1")

    assert mturk_standin.accept(other, "A1") != held


def test_an_expired_hit_takes_nobody_but_lets_the_holder_submit_and_frees_the_rest(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit(MaxAssignments=2)
    assignment = mturk_standin.accept(hit, "A1")
    client.update_expiration_for_hit(HITId=hit, ExpireAt=AT_ONCE)

    with pytest.raises(RuntimeError, match="no more of these HITs"):
        mturk_standin.accept(hit, "A2")
    assert state(mturk_standin, hit)[0] == "Unassignable"
    assert mturk_standin.ledger()["held"] == "1.20"
    mturk_standin.submit(assignment)

    assert state(mturk_standin, hit)[0] == "Reviewable"
    with pytest.raises(ClientError, match="already been processed"):
        client.update_expiration_for_hit(HITId=hit, ExpireAt=AT_ONCE)


def test_an_expired_hit_is_opened_again_by_a_later_end(mturk_standin: RunningMTurk) -> None:
    hit = mturk_standin.hit(LifetimeInSeconds=60)
    mturk_standin.advance(61)
    assert state(mturk_standin, hit)[0] == "Reviewable"
    now = mturk_standin.ask("GET", "clock")["now"]

    mturk_standin.client().update_expiration_for_hit(HITId=hit, ExpireAt=datetime.fromtimestamp(now + 600, UTC))

    assert state(mturk_standin, hit)[0] == "Assignable"
    assert mturk_standin.ledger()["held"] == "1.20"


def test_what_nobody_reviews_is_approved_after_its_delay(mturk_standin: RunningMTurk) -> None:
    hit = mturk_standin.hit(AutoApprovalDelayInSeconds=3600)
    assignment = mturk_standin.work(hit, "A1")

    mturk_standin.advance(3601)

    seen = mturk_standin.client().get_assignment(AssignmentId=assignment)["Assignment"]
    assert seen["AssignmentStatus"] == "Approved"
    assert seen["ApprovalTime"] == seen["AutoApprovalTime"]
    assert mturk_standin.ledger()["totals"]["reward"] == "1.00"


def test_a_hit_is_disposed_of_after_120_days(mturk_standin: RunningMTurk) -> None:
    hit = mturk_standin.hit()

    mturk_standin.advance(3600 + 120 * 86_400 + 2)

    assert state(mturk_standin, hit)[0] == "Disposed"


def test_work_that_is_not_submitted_is_unknown_to_the_requester(mturk_standin: RunningMTurk) -> None:
    assignment = mturk_standin.accept(mturk_standin.hit(), "A1")

    with pytest.raises(ClientError) as refused:
        mturk_standin.client().get_assignment(AssignmentId=assignment)

    assert turk_code(refused) == "AssignmentDoesNotExist"


def test_reads_that_lag_show_the_state_before(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit()
    mturk_standin.advance(100)
    mturk_standin.settings(lag=30)
    assignment = mturk_standin.work(hit, "A1")
    assert client.list_assignments_for_hit(HITId=hit)["NumResults"] == 0

    mturk_standin.advance(31)
    client.approve_assignment(AssignmentId=assignment)

    assert client.list_assignments_for_hit(HITId=hit)["Assignments"][0]["AssignmentStatus"] == "Submitted"
    mturk_standin.advance(31)
    assert client.list_assignments_for_hit(HITId=hit)["Assignments"][0]["AssignmentStatus"] == "Approved"
