"""What a reference to credentials refers to. It is read when it is needed and kept in no table, log or message."""

from __future__ import annotations

import os

from crowd.errors import NeedsOperator


def secret_of(reference: str) -> str:
    """What the variable of "env:NAME" holds. NeedsOperator without one: the sentence names the variable only."""
    scheme, _, name = reference.partition(":")
    if scheme != "env" or not name:
        raise NeedsOperator(
            "The account does not say where its credentials are.",
            code="no-credentials",
            hint="Give them as env:NAME, the name of a variable of the environment of every process.",
        )
    found = os.environ.get(name, "")
    if not found:
        raise NeedsOperator(
            f"The variable {name}, which holds the account's credentials, is not set.",
            code="no-credentials",
            hint="Set it where the web processes and the workers start, then start them again.",
        )
    return found
