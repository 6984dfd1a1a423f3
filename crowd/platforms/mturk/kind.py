"""What is known of Mechanical Turk without calling it."""

from __future__ import annotations

from typing import Final

from crowd.platforms.base import Can, Link, Platform
from crowd.platforms.kinds import RATE, Kind, Option

PRODUCTION: Final = "https://mturk-requester.us-east-1.amazonaws.com"
SANDBOX: Final = "https://mturk-requester-sandbox.us-east-1.amazonaws.com"


def _connect(link: Link) -> Platform:
    from crowd.platforms.mturk.member import MTurk

    return MTurk(link)


MTURK: Final = Kind(
    name="mturk",
    title="Mechanical Turk",
    about="HITs of at most nine assignments, worked on in a frame. Without production: the sandbox, or a stand-in.",
    abilities=frozenset({Can.POST, Can.PAUSE, Can.REJECT, Can.BONUS, Can.EXCLUDE, Can.MESSAGE, Can.BLOCK, Can.TOKENS}),
    connect=_connect,
    production=PRODUCTION,
    rehearsal=SANDBOX,
    live={"mturk-requester.us-east-1.amazonaws.com": True, "mturk-requester-sandbox.us-east-1.amazonaws.com": False},
    accepts=("env", "profile"),
    secret="access key id:secret access key, as one variable; or an AWS profile",  # noqa: S106 (says what it is)
    options=(
        Option("notifications", "an SNS topic (arn:…) or SQS queue (https://…) that MTurk tells of events"),
        *RATE,
    ),
    reversal_days=30,
    writes_after_judging=True,
    worker_sites=("https://www.mturk.com", "https://workersandbox.mturk.com"),
)
