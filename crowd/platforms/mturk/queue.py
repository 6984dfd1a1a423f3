"""An SQS queue to which MTurk tells its events: messages are read, and deleted once they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from crowd.errors import PlatformUnavailable
from crowd.platforms.base import Link
from crowd.platforms.guard import is_stand_in, permit
from crowd.platforms.mturk.client import key_of
from crowd.platforms.mturk.errors import of_client, of_reply
from crowd.platforms.mturk.kind import MTURK

if TYPE_CHECKING:
    from boto3 import Session

TOGETHER: Final = 10  # the most that SQS gives at once


class Queue:
    """address: its URL. Made when it is first read."""

    def __init__(self, link: Link, address: str) -> None:
        permit(MTURK, link)
        self.address = address
        endpoint = link.endpoint if is_stand_in(MTURK.endpoint_of(link)) else ""
        self._sqs = _client(_session(link), endpoint, _region(address))

    def receive(self) -> list[tuple[str, str]]:
        """(receipt, body) of at most ten messages; others do not get them for a while."""
        try:
            reply = self._sqs.receive_message(QueueUrl=self.address, MaxNumberOfMessages=TOGETHER, WaitTimeSeconds=0)
        except ClientError as error:
            raise of_reply(error) from error
        except BotoCoreError as error:
            raise of_client(error) from error
        return [(message["ReceiptHandle"], message["Body"]) for message in reply.get("Messages", [])]

    def delete(self, receipts: Sequence[str]) -> None:
        """They are kept with us. Those that could not be deleted come again, and count once."""
        entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
        try:
            self._sqs.delete_message_batch(QueueUrl=self.address, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise PlatformUnavailable("The queue did not delete what was read.", code="queue") from error


def _session(link: Link) -> Session:
    from boto3 import Session

    endpoint = MTURK.endpoint_of(link)
    scheme, _, name = link.credentials.partition(":")
    if scheme == "profile" and not is_stand_in(endpoint):
        return Session(profile_name=name)
    key = key_of(link, endpoint)
    return Session(aws_access_key_id=key[0], aws_secret_access_key=key[1], aws_session_token=key[2] or None)


def _client(session: Session, endpoint: str, region: str) -> Any:  # the stubs here know MTurk and S3 alone
    from botocore.config import Config

    config = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
    return session.client("sqs", region_name=region, endpoint_url=endpoint or None, config=config)


def _region(address: str) -> str:
    """sqs.eu-west-1.amazonaws.com is in eu-west-1."""
    parts = (urlsplit(address).hostname or "").split(".")
    return parts[1] if len(parts) > 3 and parts[0] == "sqs" else "us-east-1"
