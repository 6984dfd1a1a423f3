"""What is known of Prolific without calling it."""

from __future__ import annotations

from typing import Final

from crowd.platforms.base import Can, Link, Platform
from crowd.platforms.kinds import RATE, Kind, Option

PRODUCTION: Final = "https://api.prolific.com"

CATEGORIES: Final = (
    ("TOO_QUICKLY", "Far too fast"),
    ("TOO_SLOWLY", "Far too slow"),
    ("FAILED_INSTRUCTIONS", "Did not follow the instructions"),
    ("FAILED_CHECK", "Failed attention checks"),
    ("LOW_EFFORT", "Little effort"),
    ("MALINGERING", "Pretended something"),
    ("INCOMP_LONGITUDINAL", "Left a study of several parts unfinished"),
    ("NO_CODE", "No completion code"),
    ("BAD_CODE", "A wrong completion code"),
    ("NO_DATA", "No answers came"),
    ("UNSUPP_DEVICE", "A device that was not allowed"),
    ("OTHER", "Something else"),
)
"""Its kinds of rejection, in our words; the names are the API's."""


def _connect(link: Link) -> Platform:
    from crowd.platforms.prolific.member import Prolific

    return Prolific(link)


PROLIFIC: Final = Kind(
    name="prolific",
    title="Prolific",
    about="Studies that people take part in under their own link. It has no sandbox: rehearse at a stand-in.",
    abilities=frozenset(
        {Can.POST, Can.PAUSE, Can.REJECT, Can.BONUS, Can.COMPLETE, Can.ASK_RETURN, Can.EXCLUDE, Can.MESSAGE}
    ),
    connect=_connect,
    production=PRODUCTION,
    live={"api.prolific.com": True},
    accepts=("env",),
    secret="API token of the workspace",  # noqa: S106 (says what it is)
    options=(
        Option("workspace", "the workspace's id: its balance and its webhooks are asked for"),
        Option("project", "the id of the project in which studies are made; the workspace's first by itself"),
        Option(
            "webhook_secret",
            "env:NAME, the variable with the secret that Prolific signs webhooks with",
            takes="reference",
        ),
        Option(
            "fee",
            "Prolific's share on top of what people get; 0.428 by itself, less for academic workspaces",
            takes="share",
        ),
        Option("vat", "the tax on that share; 0 by itself", takes="share"),
        *RATE,
    ),
    shortest_reason=100,
    categories=CATEGORIES,
    worker_sites=("https://app.prolific.com",),
)
