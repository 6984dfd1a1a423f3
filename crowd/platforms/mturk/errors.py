"""What AWS and MTurk answer when they do not do it, in our four kinds of errors (notes: TurkErrorCode)."""

from __future__ import annotations

import re
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from crowd.errors import AlreadyDone, NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable

PREFIX: Final = "AWS.MechanicalTurk."
THROTTLED: Final = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestThrottled"})
FAULTS: Final = frozenset({"ServiceFault", "InternalFailure", "ServiceUnavailable", "RequestTimeout"})
ALREADY: Final = frozenset({"hitalreadyexists", "assignmentalreadyexists"})
ALREADY_WORDS: Final = re.compile(r"idempotency token|requesttoken|request token|already been processed", re.I)
SIGNATURE: Final = "Look at the credentials, and at this machine's clock: AWS refuses signatures of another time."
KEYS: Final = "Look at the account's credentials: the key may be wrong, withdrawn, or not linked to a requester."
OPERATOR: Final = {
    "InsufficientFunds": "Prepay more in the requester's account; what waits goes on by itself then.",
    "PermissionDeniedException": "Give the key's user the policy AmazonMechanicalTurkFullAccess.",
    "AccessDeniedException": "Give the key's user the policy AmazonMechanicalTurkFullAccess.",
    "AccessDenied": "Give the key's user the policy AmazonMechanicalTurkFullAccess.",
    "UnrecognizedClientException": KEYS,
    "InvalidClientTokenId": KEYS,
    "MissingAuthenticationTokenException": KEYS,
    "ExpiredTokenException": KEYS,
    "OptInRequired": "Link the AWS account to a requester at requester.mturk.com.",
    "InvalidSignatureException": SIGNATURE,
    "SignatureDoesNotMatch": SIGNATURE,
    "RequestExpired": SIGNATURE,
}
_PERSON: Final = re.compile(r"\bA[A-Z0-9]{9,}\b")
_STAMP: Final = re.compile(r"\s*\(\d{10,}(?: s)?\)")


def turk_code(error: ClientError) -> str:
    """ "HITDoesNotExist", or the name of AWS's error."""
    code = str(error.response.get("TurkErrorCode") or "").removeprefix(PREFIX)
    return code or str(error.response.get("Error", {}).get("Code", ""))


def of_reply(error: ClientError) -> PlatformError:
    """A reply that says no."""
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code, named = turk_code(error), str(error.response.get("Error", {}).get("Code", ""))
    message = f"Mechanical Turk: {without_people(_sentence(error)) or code}"
    if THROTTLED & {code, named} or status == 429:
        return PlatformUnavailable(
            "Mechanical Turk has too many calls of this account.", code="throttled", retry_after=5
        )
    if FAULTS & {code, named} or status >= 500:
        return PlatformUnavailable(message, code=code or "fault")
    if code.lower() in ALREADY or ALREADY_WORDS.search(message):
        return AlreadyDone(message, code=code)
    hint = OPERATOR.get(code) or OPERATOR.get(named)
    return NeedsOperator(message, code=code, hint=hint) if hint else PlatformRefused(message, code=code)


def of_client(error: BotoCoreError | ResponseParserError) -> PlatformError:
    """What botocore raised without an answer that can be read."""
    if isinstance(error, ConnectionError | HTTPClientError | ResponseParserError):
        return PlatformUnavailable(
            f"Mechanical Turk did not answer ({type(error).__name__}). The call may have had its effect.",
            code="no-answer",
        )
    if isinstance(error, ParamValidationError):
        return PlatformRefused(f"Mechanical Turk would refuse this: {without_people(str(error))}", code="bad-parameter")
    return NeedsOperator(f"AWS cannot be called: {type(error).__name__}.", code="no-credentials", hint=KEYS)


def without_people(text: str) -> str:
    """One line without workers' ids and time stamps, at most 300 characters."""
    return " ".join(_STAMP.sub("", _PERSON.sub("…", text)).split())[:300]


def _sentence(error: ClientError) -> str:
    return str(error.response.get("Message") or error.response.get("Error", {}).get("Message", ""))
