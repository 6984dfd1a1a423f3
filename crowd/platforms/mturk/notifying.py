"""Asking MTurk to tell a topic or queue of what happens to HITs of a type. What it tells is a hint to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crowd.platforms.mturk.client import Client

if TYPE_CHECKING:
    from mypy_boto3_mturk.literals import EventTypeType

VERSION: Final = "2014-08-15"  # what the messages say; botocore's text has an older one
EVENTS: Final[tuple[EventTypeType, ...]] = (
    "AssignmentAccepted",
    "AssignmentAbandoned",
    "AssignmentReturned",
    "AssignmentSubmitted",
    "AssignmentRejected",
    "AssignmentApproved",
    "HITReviewable",
    "HITExpired",
)


def subscribe(client: Client, type_id: str, destination: str) -> None:
    """destination: the ARN of an SNS topic, or the URL of an SQS queue. The same again changes nothing."""
    client.read(
        lambda mturk: mturk.update_notification_settings(
            HITTypeId=type_id,
            Active=True,
            Notification={
                "Destination": destination,
                "Transport": "SNS" if destination.startswith("arn:") else "SQS",
                "Version": VERSION,
                "EventTypes": list(EVENTS),
            },
        )
    )
