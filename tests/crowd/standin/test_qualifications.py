"""Who may work on what: qualifications of the requester's own and of MTurk, blocks, letters."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.crowd.running import RunningMTurk, turk_code

PERCENT, HITS = "000000000000000000L0", "00000000000000000040"
LOCALE, ADULT, MASTERS = "00000000000000000071", "00000000000000000060", "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH"


def made(standin: RunningMTurk, name: str = "took part", **more: Any) -> str:
    """A qualification type; its id."""
    asked = {"Name": name, "Description": "d", "QualificationTypeStatus": "Active", **more}
    return standin.client().create_qualification_type(**asked)["QualificationType"]["QualificationTypeId"]


@pytest.mark.parametrize(
    ("requirement", "traits", "may"),
    [
        ({"QualificationTypeId": PERCENT, "Comparator": "GreaterThanOrEqualTo", "IntegerValues": [99]}, {}, True),
        ({"QualificationTypeId": PERCENT, "Comparator": "GreaterThan", "IntegerValues": [99]}, {}, False),
        (
            {"QualificationTypeId": PERCENT, "Comparator": "EqualTo", "IntegerValues": [100]},
            {"approved": 1, "rejected": 90},  # below a hundred HITs everybody has 100 %
            True,
        ),
        ({"QualificationTypeId": HITS, "Comparator": "LessThan", "IntegerValues": [500]}, {}, False),
        ({"QualificationTypeId": LOCALE, "Comparator": "EqualTo", "LocaleValues": [{"Country": "US"}]}, {}, True),
        (
            {"QualificationTypeId": LOCALE, "Comparator": "In", "LocaleValues": [{"Country": "US"}, {"Country": "NZ"}]},
            {"country": "DE"},
            False,
        ),
        (
            {"QualificationTypeId": LOCALE, "Comparator": "NotIn", "LocaleValues": [{"Country": "US"}]},
            {"country": "DE"},
            True,
        ),
        (
            {
                "QualificationTypeId": LOCALE,
                "Comparator": "EqualTo",
                "LocaleValues": [{"Country": "US", "Subdivision": "CA"}],
            },
            {"subdivision": "NY"},
            False,
        ),
        ({"QualificationTypeId": ADULT, "Comparator": "EqualTo", "IntegerValues": [1]}, {"is_adult": False}, False),
        ({"QualificationTypeId": MASTERS, "Comparator": "Exists"}, {}, False),
        ({"QualificationTypeId": MASTERS, "Comparator": "Exists"}, {"is_master": True}, True),
    ],
)
def test_mturks_own_qualifications_decide_who_accepts(
    mturk_standin: RunningMTurk, requirement: dict[str, Any], traits: dict[str, Any], may: bool
) -> None:
    mturk_standin.worker("A1", **traits)
    hit = mturk_standin.hit(QualificationRequirements=[requirement])

    if may:
        assert mturk_standin.accept(hit, "A1")
    else:
        with pytest.raises(RuntimeError, match="do not meet the qualifications"):
            mturk_standin.accept(hit, "A1")
        assert mturk_standin.ask("GET", "assignments")["assignments"] == []


def test_who_took_part_is_kept_out_by_a_qualification_of_ones_own(mturk_standin: RunningMTurk) -> None:
    client, kind = mturk_standin.client(), made(mturk_standin)
    for _ in range(2):
        client.associate_qualification_with_worker(QualificationTypeId=kind, WorkerId="A1", SendNotification=False)
    hit = mturk_standin.hit(
        MaxAssignments=2, QualificationRequirements=[{"QualificationTypeId": kind, "Comparator": "DoesNotExist"}]
    )

    assert mturk_standin.accept(hit, "A2")
    with pytest.raises(RuntimeError, match="took part"):
        mturk_standin.accept(hit, "A1")
    assert client.list_workers_with_qualification_type(QualificationTypeId=kind)["NumResults"] == 1
    assert client.list_hits_for_qualification_type(QualificationTypeId=kind)["NumResults"] == 1
    client.disassociate_qualification_from_worker(QualificationTypeId=kind, WorkerId="A1")
    assert mturk_standin.accept(hit, "A1")


def test_a_score_is_there_until_it_is_taken_away(mturk_standin: RunningMTurk) -> None:
    client, kind = mturk_standin.client(), made(mturk_standin)
    client.associate_qualification_with_worker(QualificationTypeId=kind, WorkerId="A1", IntegerValue=7)
    assert client.get_qualification_score(QualificationTypeId=kind, WorkerId="A1")["Qualification"]["IntegerValue"] == 7
    client.disassociate_qualification_from_worker(QualificationTypeId=kind, WorkerId="A1", Reason="over")

    with pytest.raises(ClientError, match="does not have the qualification") as refused:
        client.get_qualification_score(QualificationTypeId=kind, WorkerId="A1")

    assert turk_code(refused) == "QualificationDoesNotExist"
    assert [each["subject"] for each in mturk_standin.ask("GET", "letters")["letters"]] == [
        "You were given the qualification took part",
        "The qualification took part was taken away",
    ]


def test_a_name_is_taken_until_48_hours_after_its_deletion(mturk_standin: RunningMTurk) -> None:
    client, kind = mturk_standin.client(), made(mturk_standin)
    with pytest.raises(ClientError, match="already created") as refused:
        made(mturk_standin)
    assert turk_code(refused) == "QualificationTypeAlreadyExists"
    client.delete_qualification_type(QualificationTypeId=kind)
    with pytest.raises(ClientError, match="already created"):
        made(mturk_standin)

    mturk_standin.advance(48 * 3600 + 1)

    assert made(mturk_standin) != kind
    with pytest.raises(ClientError, match="does not exist"):
        client.get_qualification_type(QualificationTypeId=kind)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"Test": "<x/>"}, "a Test needs it"),
        ({"AnswerKey": "<x/>"}, "it needs a Test"),
        ({"Test": "<x/>", "TestDurationInSeconds": 60, "AutoGranted": True}, "not go together"),
        ({"Name": " "}, "1 to 200 characters"),
    ],
)
def test_a_type_that_contradicts_itself_is_refused(
    mturk_standin: RunningMTurk, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ClientError, match=sentence):
        made(mturk_standin, **asked)

    listed = mturk_standin.client().list_qualification_types(MustBeRequestable=True, MustBeOwnedByCaller=True)
    assert listed["NumResults"] == 0


def test_types_are_found_by_words_and_changed(mturk_standin: RunningMTurk) -> None:
    client, kind = mturk_standin.client(), made(mturk_standin, "took part", Keywords="lunch")
    made(mturk_standin, "other")

    found = client.list_qualification_types(MustBeRequestable=True, MustBeOwnedByCaller=True, Query="LUNCH")
    client.update_qualification_type(QualificationTypeId=kind, Description="new", QualificationTypeStatus="Inactive")

    assert [each["QualificationTypeId"] for each in found["QualificationTypes"]] == [kind]
    changed = client.get_qualification_type(QualificationTypeId=kind)["QualificationType"]
    assert (changed["Description"], changed["QualificationTypeStatus"]) == ("new", "Inactive")
    assert client.get_qualification_type(QualificationTypeId=PERCENT)["QualificationType"]["IsRequestable"] is False
    with pytest.raises(ClientError, match="do not own"):
        client.delete_qualification_type(QualificationTypeId=PERCENT)


def test_a_blocked_worker_accepts_nothing_until_unblocked(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit()
    for _ in range(2):
        client.create_worker_block(WorkerId="A1", Reason="two accounts")
    assert client.list_worker_blocks()["WorkerBlocks"] == [{"WorkerId": "A1", "Reason": "two accounts"}]

    with pytest.raises(RuntimeError, match="does not let you"):
        mturk_standin.accept(hit, "A1")

    for worker in ("A1", "A2"):
        client.delete_worker_block(WorkerId=worker)
    assert mturk_standin.accept(hit, "A1")


def test_letters_reach_only_those_whose_work_was_decided(mturk_standin: RunningMTurk) -> None:
    client, assignment = mturk_standin.client(), mturk_standin.work(mturk_standin.hit(), "A1")
    client.approve_assignment(AssignmentId=assignment)

    failed = client.notify_workers(Subject="s", MessageText="t", WorkerIds=["A1", "A2"])["NotifyWorkersFailureStatuses"]

    assert [(each["WorkerId"], each["NotifyWorkersFailureCode"]) for each in failed] == [("A2", "HardFailure")]
    assert [each["worker_id"] for each in mturk_standin.ask("GET", "letters")["letters"]] == ["A1"]
    with pytest.raises(ClientError, match="1 to 100"):
        client.notify_workers(Subject="s", MessageText="t", WorkerIds=["A1"] * 101)


def test_what_a_policy_found_is_asked_for_in_vain(mturk_standin: RunningMTurk) -> None:
    client = mturk_standin.client()
    policy = {"PolicyName": "SimplePlurality/2011-09-01"}
    hit = mturk_standin.hit(HITReviewPolicy=policy)

    found = client.list_review_policy_results_for_hit(HITId=hit)

    assert found["HITReviewPolicy"] == policy
    assert found["HITReviewReport"] == {"ReviewResults": [], "ReviewActions": []}
    with pytest.raises(ClientError, match="holds no file"):
        client.get_file_upload_url(AssignmentId=mturk_standin.work(hit, "A1"), QuestionIdentifier="q")
