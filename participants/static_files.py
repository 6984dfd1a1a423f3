"""Static files under names that change with what is in them, our own modules' imports included."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """So that a browser asks for a module once and keeps it.

    Only for our modules: Django's own switch for this reads every script, and others' bundles are not written for that.
    """

    _module, _rules = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns
    patterns: ClassVar[tuple[object, ...]] = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("participants/js/*.js", _rules),
    )

    @cache  # noqa: B019  (one storage lives as long as its process)
    def url(self, name: str, force: bool = False) -> str:
        """Worked out once: what was collected stays as it is while a process runs, and a page asks five times."""
        return str(super().url(name, force))
