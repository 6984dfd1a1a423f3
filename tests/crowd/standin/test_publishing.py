"""What MTurk takes as a HIT, and what it refuses."""

from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from crowd.standin.mturk.operations import OPERATIONS
from crowd.standin.mturk.validation import model
from tests.crowd.running import QUESTION, TERMS, RunningMTurk, turk_code

TYPE = {name: TERMS[name] for name in ("AssignmentDurationInSeconds", "Reward", "Title", "Description")}
APPROVAL = {"QualificationTypeId": "000000000000000000L0", "Comparator": "GreaterThan", "IntegerValues": [95]}


def test_every_operation_of_the_model_is_there() -> None:
    assert set(OPERATIONS) == set(model().operation_names)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"Reward": "$1"}, "regular expression"),
        ({"Title": "x" * 129}, "Title: 129 characters"),
        ({"Title": " "}, "Title: it is empty"),
        ({"LifetimeInSeconds": 29}, "not between 30 and"),
        ({"AutoApprovalDelayInSeconds": 2_592_001}, "not between 0 and 2592000"),
        ({"MaxAssignments": 0}, "not between 1 and"),
        ({"RequesterAnnotation": "x" * 256}, "RequesterAnnotation"),
        ({"Question": "<ExternalQuestion>"}, "parsing the XML"),
        ({"Question": "<a/>"}, "no schema knows"),
        ({"Question": QUESTION.format(url="http://study.example.org/")}, "not an https address"),
        ({"Question": QUESTION.format(url="https://a.example/?a=1&b=2")}, "parsing the XML"),
        ({"Question": f"<!DOCTYPE x>{TERMS['Question']}"}, "no document type"),
        ({"HITLayoutId": "3LAYOUT"}, "not both and not neither"),
        ({"QualificationRequirements": [APPROVAL] * 11}, "more than 10"),
        ({"QualificationRequirements": [{**APPROVAL, "Comparator": "Exists"}]}, "takes no values"),
        ({"QualificationRequirements": [{**APPROVAL, "IntegerValues": [1, 2]}]}, "takes one value"),
        ({"QualificationRequirements": [{**APPROVAL, "IntegerValues": []}]}, "either IntegerValues or"),
        ({"QualificationRequirements": [{**APPROVAL, "QualificationTypeId": "3NOBODYS"}]}, "does not exist"),
    ],
)
def test_a_hit_outside_the_limits_is_refused(mturk_standin: RunningMTurk, terms: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ClientError, match=sentence):
        mturk_standin.hit(**terms)

    assert mturk_standin.client().list_hits()["NumResults"] == 0
    assert mturk_standin.ledger()["held"] == "0.00"


def test_a_token_makes_one_hit_in_a_day(mturk_standin: RunningMTurk) -> None:
    first = mturk_standin.hit(UniqueRequestToken="t")

    with pytest.raises(ClientError, match=first) as refused:
        mturk_standin.hit(UniqueRequestToken="t")

    assert turk_code(refused) == "HITAlreadyExists"
    mturk_standin.advance(24 * 3600 + 1)
    assert mturk_standin.hit(UniqueRequestToken="t") != first


def test_the_same_values_are_the_same_type(mturk_standin: RunningMTurk) -> None:
    client = mturk_standin.client()

    first, second = (client.create_hit_type(**TYPE)["HITTypeId"] for _ in range(2))
    other = client.create_hit_type(**{**TYPE, "Reward": "1.01"})["HITTypeId"]
    hit = client.create_hit_with_hit_type(HITTypeId=first, LifetimeInSeconds=60, Question=TERMS["Question"])["HIT"]

    assert first == second != other
    assert (hit["Title"], hit["Reward"], hit["HITTypeId"]) == (TERMS["Title"], "1.00", first)


@pytest.mark.parametrize(("places", "each"), [(9, "1.20"), (10, "1.40")])
def test_reward_and_fee_are_held_and_ten_places_cost_more(mturk_standin: RunningMTurk, places: int, each: str) -> None:
    mturk_standin.hit(MaxAssignments=places)

    assert Decimal(mturk_standin.ledger()["held"]) == places * Decimal(each)
    assert mturk_standin.client().get_account_balance()["OnHoldBalance"] == f"{places * Decimal(each):.2f}"


def test_more_than_the_balance_is_refused(mturk_standin: RunningMTurk) -> None:
    with pytest.raises(ClientError, match="insufficient funds") as refused:
        mturk_standin.hit(MaxAssignments=9, Reward="1000.00")

    assert turk_code(refused) == "InsufficientFunds"
    assert mturk_standin.ledger()["available"] == "10000.00"
    assert mturk_standin.client().list_hits()["NumResults"] == 0


def test_nine_places_do_not_become_ten(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit(MaxAssignments=8)
    more: Any = {"HITId": hit, "NumberOfAdditionalAssignments": 1, "UniqueRequestToken": "t"}
    client.create_additional_assignments_for_hit(**more)

    with pytest.raises(ClientError, match="already been processed"):
        client.create_additional_assignments_for_hit(**more)
    with pytest.raises(ClientError, match="cannot be extended to have 10") as refused:
        client.create_additional_assignments_for_hit(HITId=hit, NumberOfAdditionalAssignments=1)

    assert turk_code(refused) == "InvalidMaximumAssignmentsIncrease"
    assert client.get_hit(HITId=hit)["HIT"]["MaxAssignments"] == 9


def test_lists_come_in_pages_and_the_last_has_no_token(mturk_standin: RunningMTurk) -> None:
    hits = [mturk_standin.hit() for _ in range(12)]
    client = mturk_standin.client()

    first = client.list_hits()
    second = client.list_hits(NextToken=first["NextToken"])

    assert [each["HITId"] for each in first["HITs"] + second["HITs"]] == hits[::-1]
    assert (first["NumResults"], second["NumResults"]) == (10, 2)
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"access_key": "ANOTHER"}, "UnrecognizedClientException"),
        ({"secret_key": "another"}, "InvalidSignatureException"),
        ({"denied": "ListHITs,GetHIT"}, "AccessDeniedException"),
    ],
)
def test_a_key_that_is_not_right_gets_nothing(mturk_standin: RunningMTurk, settings: dict[str, str], code: str) -> None:
    mturk_standin.settings(**settings)

    with pytest.raises(ClientError) as refused:
        mturk_standin.client().list_hits()

    assert refused.value.response["Error"]["Code"] == code


def test_the_right_secret_is_let_in(mturk_standin: RunningMTurk) -> None:
    mturk_standin.settings(access_key="AKIDSTANDIN", secret_key="no-secret")

    assert mturk_standin.client().list_hits()["NumResults"] == 0
