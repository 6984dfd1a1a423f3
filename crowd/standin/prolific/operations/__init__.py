"""Every call of the API that the stand-in knows: its name, method, address and what it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.operations import account, bonuses, groups, hooks, messages, studies, submissions

Deed: TypeAlias = Callable[[Market, Asked], Json | list[Json] | None]
"""None: done, and nothing to say (204)."""

ROUTES: dict[str, tuple[str, str, Deed]] = {
    "WhoAmI": ("GET", "users/me", account.who_am_i),
    "ListWorkspaces": ("GET", "workspaces", account.workspaces),
    "GetBalance": ("GET", "workspaces/{id}/balance", account.balance),
    "ListProjects": ("GET", "workspaces/{id}/projects", account.projects),
    "ListStudies": ("GET", "studies", studies.listed),
    "ListStudiesOfProject": ("GET", "projects/{id}/studies", studies.listed_of_project),
    "CreateStudy": ("POST", "studies", studies.create),
    "GetStudy": ("GET", "studies/{id}", studies.get),
    "UpdateStudy": ("PATCH", "studies/{id}", studies.update),
    "DeleteStudy": ("DELETE", "studies/{id}", studies.delete),
    "TransitionStudy": ("POST", "studies/{id}/transition", studies.transition),
    "GetStudyCost": ("GET", "studies/{id}/cost", studies.cost),
    "CloneStudy": ("POST", "studies/{id}/clone", studies.clone),
    "ListSubmissionsOfStudy": ("GET", "studies/{id}/submissions", submissions.of_study),
    "CountSubmissions": ("GET", "studies/{id}/submissions/counts", submissions.counts),
    "ListSubmissions": ("GET", "submissions", submissions.listed),
    "SetUpBonuses": ("POST", "submissions/bonus-payments", bonuses.set_up),
    "PayBonuses": ("POST", "bulk-bonus-payments/{id}/pay", bonuses.pay),
    "BulkApprove": ("POST", "submissions/bulk-approve", submissions.bulk_approve),
    "GetSubmission": ("GET", "submissions/{id}", submissions.get),
    "TransitionSubmission": ("POST", "submissions/{id}/transition", submissions.transition),
    "RequestReturn": ("POST", "submissions/{id}/request-return", submissions.request_return),
    "ListGroups": ("GET", "participant-groups", groups.listed),
    "CreateGroup": ("POST", "participant-groups", groups.create),
    "ListGroupMembers": ("GET", "participant-groups/{id}/participants", groups.members),
    "AddGroupMembers": ("POST", "participant-groups/{id}/participants", groups.add),
    "RemoveGroupMembers": ("DELETE", "participant-groups/{id}/participants", groups.remove),
    "SendMessages": ("POST", "messages/bulk", messages.send),
    "ListEventTypes": ("GET", "hooks/event-types", hooks.event_types),
    "ListSecrets": ("GET", "hooks/secrets", hooks.secrets),
    "CreateSecret": ("POST", "hooks/secrets", hooks.create_secret),
    "ListSubscriptions": ("GET", "hooks/subscriptions", hooks.listed),
    "CreateSubscription": ("POST", "hooks/subscriptions", hooks.create),
    "ConfirmSubscription": ("POST", "hooks/subscriptions/{id}", hooks.confirm),
    "DeleteSubscription": ("DELETE", "hooks/subscriptions/{id}", hooks.delete),
}
CREATED = frozenset({"CreateStudy", "CloneStudy", "SetUpBonuses", "CreateGroup", "CreateSecret", "CreateSubscription"})
ACCEPTED = frozenset({"PayBonuses", "BulkApprove"})
_PATTERNS = [
    (name, method, re.compile(f"^/api/v1/{address.replace('{id}', '(?P<id>[^/]+)')}/?$"))
    for name, (method, address, _) in ROUTES.items()
]


def named(method: str, path: str) -> tuple[str, str] | None:
    """(operation, the id in its address); fixed addresses come before those with an id."""
    for name, wanted, pattern in _PATTERNS:
        found = pattern.match(path)
        if found and wanted == method:
            return name, found.groupdict().get("id") or ""
    return None
