"""What every room's part of the admin console is built of: rights by study, flat lists, read-only records."""

from experiments.console.lists import CappedPaginator, ExperimentFilter, StudyFilter, search_by_uuid
from experiments.console.rights import has_right, studies_with
from experiments.console.scoped import ReadOnly, ReadOnlyInline, Scoped, ScopedInline

__all__ = (
    "CappedPaginator",
    "ExperimentFilter",
    "ReadOnly",
    "ReadOnlyInline",
    "Scoped",
    "ScopedInline",
    "StudyFilter",
    "has_right",
    "search_by_uuid",
    "studies_with",
)
