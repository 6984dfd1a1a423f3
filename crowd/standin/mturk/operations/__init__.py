"""The operations of the requester's API: one function each, by the name it has on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.operations import (
    account,
    assignments,
    bonuses,
    creating,
    hits,
    listing,
    notifications,
    people,
    qualification_types,
    qualifications,
    reviewing,
)

Operation: TypeAlias = Callable[[Market, Json], Json]

OPERATIONS: Mapping[str, Operation] = {
    **account.OPERATIONS,
    **creating.OPERATIONS,
    **hits.OPERATIONS,
    **listing.OPERATIONS,
    **assignments.OPERATIONS,
    **bonuses.OPERATIONS,
    **qualification_types.OPERATIONS,
    **qualifications.OPERATIONS,
    **people.OPERATIONS,
    **notifications.OPERATIONS,
    **reviewing.OPERATIONS,
}
