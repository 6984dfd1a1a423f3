"""Lists that cost the same with ten rows and with a hundred thousand."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast, Replace
from django.http import HttpRequest
from django.utils.functional import cached_property

from experiments.models import Experiment, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_COUNTED = 10_000
MOST_CHOICES = 200
HEX = re.compile(r"[0-9a-f]{1,32}")
WHOLE = 32


class AtLeast(int):
    """A number that was not counted to its end, and says so."""

    def __str__(self) -> str:
        return f"{int(self):,} or more"


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # of any model
    """Counts no further than MOST_COUNTED rows; older ones are found by filter or search."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or MOST_COUNTED if there are more."""
        rows = cast("QuerySet[Model]", self.object_list)
        counted = int(rows.order_by()[:MOST_COUNTED].count())
        return AtLeast(counted) if counted == MOST_COUNTED else counted


LEAST_PART = 4


def search_by_uuid(rows: QuerySet[Any], term: str, *, column: str = "uuid", any_part: bool = False) -> QuerySet[Any]:
    """Rows whose UUID begins with what was typed, found through its index; all rows for an empty term.

    any_part: or has four or more such digits in a row anywhere, for ids that begin with the time. Those are read one
    by one, and only if none begins so.
    """
    digits = term.lower().replace("-", "").replace("…", "").strip()
    if not digits:
        return rows
    if not HEX.fullmatch(digits):
        return rows.none()
    low, high = uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    found = rows.filter(**{f"{column}__gte": low, f"{column}__lte": high})
    if not any_part or not LEAST_PART <= len(digits) < WHOLE or found.exists():
        return found
    text = Replace(Cast(column, TextField()), Value("-"), Value(""), output_field=TextField())
    parts: QuerySet[Any] = rows.annotate(uuid_digits=text).filter(uuid_digits__contains=digits)
    return parts


class StudyFilter(admin.SimpleListFilter):
    """By study, offering only those the user may see. path: from the listed model to the study's id."""

    title = "study"
    parameter_name = "study"
    path = "study_id"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        """One query."""
        studies = Study.objects.visible_to(cast("User", request.user)).order_by("title")[:MOST_CHOICES]
        return [(str(pk), title) for pk, title in studies.values_list("pk", "title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrowed to the chosen one."""
        return queryset.filter(**{self.path: self.value()}) if str(self.value()).isdecimal() else queryset


class ExperimentFilter(StudyFilter):
    """By experiment, offering only those the user may see."""

    title = "experiment"
    parameter_name = "experiment"
    path = "experiment_id"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        """One query."""
        experiments = Experiment.objects.visible_to(cast("User", request.user)).order_by("-pk")[:MOST_CHOICES]
        return [(str(pk), title) for pk, title in experiments.values_list("pk", "title")]
