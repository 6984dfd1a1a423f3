"""What of a study can no longer change, and why: a room above registers who knows in its `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from experiments.errors import Frozen
from experiments.models import Study

Keeper = Callable[[Study], str]

KEEPERS: dict[str, list[Keeper]] = {}


def register(column: str, keeper: Keeper) -> Keeper:
    """Ask before that column of a study changes: why it cannot any more, as a sentence; "" if it may."""
    keepers = KEEPERS.setdefault(column, [])
    if keeper not in keepers:
        keepers.append(keeper)
    return keeper


@transaction.atomic
def require_changeable(study: Study, wanted: Mapping[str, object]) -> None:
    """Frozen if a keeper of what would change says no. The study is locked then till the transaction ends.

    wanted: column > value, as the study is to have it. One query where nothing that is kept would change.
    """
    kept = {column for column in KEEPERS if column in wanted}
    is_now = Study.objects.filter(pk=study.pk).values(*kept).first() if kept else None
    changed = sorted(column for column in kept if is_now and is_now[column] != wanted[column])
    if not changed:
        return
    locked = Study.objects.select_for_update().get(pk=study.pk)
    for column in changed:
        why = next(filter(None, (keeper(locked) for keeper in KEEPERS[column])), "")
        if why:
            raise Frozen(
                f"The {column} of “{study.title}” stays {getattr(locked, column)}: {why}",
                hint=f"Copy the study to work in another {column}.",
            )
