"""What MTurk answers is one of four kinds: try again, already so, somebody must act, or it stays so."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from crowd.errors import AlreadyDone, NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable
from crowd.platforms.mturk.errors import of_client, of_reply


def reply(code: str = "RequestError", message: str = "No.", *, turk: str = "", status: int = 400) -> ClientError:
    """A ClientError as boto3 raises it: the TurkErrorCode is beside "Error", not in it."""
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "Message": message,
        "TurkErrorCode": f"AWS.MechanicalTurk.{turk}" if turk else "",
    }
    return ClientError(response, "CreateHIT")  # type: ignore[arg-type]  # only the keys that are read


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (reply("ServiceFault", status=500), PlatformUnavailable),
        (reply("InternalFailure", status=503), PlatformUnavailable),
        (reply("ThrottlingException", "Rate exceeded"), PlatformUnavailable),
        (reply("Whatever", status=429), PlatformUnavailable),
        (reply(turk="HITAlreadyExists"), AlreadyDone),
        (reply(turk="HitAlreadyExists"), AlreadyDone),
        (reply(message='The idempotency token "x" has already been processed.'), AlreadyDone),
        (reply(turk="InsufficientFunds"), NeedsOperator),
        (reply(turk="PermissionDeniedException"), NeedsOperator),
        (reply("AccessDeniedException"), NeedsOperator),
        (reply("UnrecognizedClientException"), NeedsOperator),
        (reply("InvalidSignatureException", "Signature expired"), NeedsOperator),
        (reply("ValidationException"), PlatformRefused),
        (reply(turk="HITDoesNotExist"), PlatformRefused),
        (reply(turk="InvalidAssignmentState"), PlatformRefused),
        (reply(turk="SomethingNew"), PlatformRefused),
    ],
)
def test_a_refusal_is_of_exactly_one_kind(error: ClientError, kind: type[PlatformError]) -> None:
    assert type(of_reply(error)) is kind


def test_whoever_must_act_is_told_how() -> None:
    assert "Prepay" in of_reply(reply(turk="InsufficientFunds")).hint


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://x"),
        ConnectTimeoutError(endpoint_url="http://x"),
        ReadTimeoutError(endpoint_url="http://x"),
    ],
)
def test_no_answer_may_have_had_its_effect(error: ReadTimeoutError) -> None:
    assert isinstance(of_client(error), PlatformUnavailable)


def test_no_credentials_is_somebodys_business() -> None:
    assert isinstance(of_client(NoCredentialsError()), NeedsOperator)


def test_no_sentence_names_a_worker() -> None:
    refusal = of_reply(
        reply(message="Worker A2EXAMPLEWORKER cannot be paid (1700000000000 s)", turk="InvalidParameterValue")
    )

    assert refusal.message == "Mechanical Turk: Worker … cannot be paid."
    assert refusal.code == "InvalidParameterValue"
