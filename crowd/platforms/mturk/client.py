"""Calls of Mechanical Turk: time-outs, a turn of the account's bucket, and our errors. boto3 repeats nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from crowd.errors import NeedsOperator, PlatformError, PlatformUnavailable
from crowd.platforms import bucket
from crowd.platforms.base import Link
from crowd.platforms.credentials import secret_of
from crowd.platforms.guard import is_stand_in, permit
from crowd.platforms.mturk.errors import of_client, of_reply
from crowd.platforms.mturk.kind import MTURK

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_mturk import MTurkClient
    from mypy_boto3_mturk.type_defs import ResponseMetadataTypeDef

Reply = TypeVar("Reply")
PAUSES: Final = (0.1, 0.4)  # before a read is tried again
AFTER_THROTTLE: Final = 2.0  # seconds in which nobody calls
STAND_IN_KEY: Final = ("STANDIN", "stand-in", "")
Key = tuple[str, str, str]  # id, secret, session token


class Client:
    """One account's client. It is made when it is first called."""

    def __init__(self, link: Link) -> None:
        permit(MTURK, link)
        self.link = link
        self._rate = _number(link.options.get("calls_per_second"), bucket.RATE)
        self._burst = _number(link.options.get("burst"), bucket.BURST)

    def ask(self, call: Callable[[MTurkClient], Reply]) -> Reply:
        """Once. PlatformUnavailable if nobody knows whether it had its effect."""
        bucket.take(self.link.bucket, rate=self._rate, burst=self._burst)
        try:
            return call(self._boto())
        except ClientError as error:
            raise self._noted(of_reply(error)) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise of_client(error) from error

    def read(self, call: Callable[[MTurkClient], Reply]) -> Reply:
        """What changes nothing, or counts once: tried again at once where that may heal it."""
        for pause in PAUSES:
            try:
                return self.ask(call)
            except PlatformUnavailable as error:
                if error.code in ("throttled", "waiting", "no-redis"):
                    raise
            time.sleep(pause)
        return self.ask(call)

    def _noted(self, refusal: PlatformError) -> PlatformError:
        """Had too many calls: then nobody calls for a moment."""
        if refusal.code == "throttled":
            bucket.hold(self.link.bucket, AFTER_THROTTLE, rate=self._rate, burst=self._burst)
        return refusal

    def _boto(self) -> MTurkClient:
        endpoint = MTURK.endpoint_of(self.link)
        region = self.link.region or "us-east-1"
        scheme, _, name = self.link.credentials.partition(":")
        if scheme == "profile" and not is_stand_in(endpoint):
            return _of_profile(endpoint, region, name)
        return _of_key(endpoint, region, key_of(self.link, endpoint))


def moment(metadata: ResponseMetadataTypeDef) -> datetime:
    """The time at the platform when it answered; ours if it does not say."""
    said = metadata["HTTPHeaders"].get("date", "")[:29]
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def key_of(link: Link, endpoint: str) -> Key:
    """The key of an account. A stand-in is never sent a real one: any will do for it."""
    if is_stand_in(endpoint):
        return STAND_IN_KEY
    parts = secret_of(link.credentials).split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise NeedsOperator(
            "The account's credentials are not an access key.",
            code="no-credentials",
            hint="The variable must hold: access key id:secret access key (and :session token, where there is one).",
        )
    return (parts[0], parts[1], parts[2] if len(parts) == 3 else "")


@lru_cache(maxsize=64)
def _of_key(endpoint: str, region: str, key: Key) -> MTurkClient:
    from boto3 import Session

    session = Session(aws_access_key_id=key[0], aws_secret_access_key=key[1], aws_session_token=key[2] or None)
    return _client(session, endpoint, region)


@lru_cache(maxsize=64)
def _of_profile(endpoint: str, region: str, profile: str) -> MTurkClient:
    from boto3 import Session

    return _client(Session(profile_name=profile), endpoint, region)


def _client(session: Session, endpoint: str, region: str) -> MTurkClient:
    from botocore.config import Config

    config = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 1, "mode": "standard"},
        user_agent_extra="machina",
    )
    return session.client("mturk", region_name=region, endpoint_url=endpoint, config=config)


def _number(found: object, otherwise: float) -> float:
    return float(found) if isinstance(found, int | float) and found > 0 else otherwise
