"""The blueprints of frozen versions, read once per process: versions never change."""

from __future__ import annotations

from functools import lru_cache

from experiments.blueprint import Blueprint, json_object
from experiments.models import Version


@lru_cache(maxsize=256)
def blueprint_of(version_id: int) -> Blueprint:
    """The blueprint of a version. Version.DoesNotExist if there is none."""
    version = Version.objects.select_related("experiment__study").get(pk=version_id)
    languages = version.experiment.study.languages
    return Blueprint.parse({"languages": languages, **json_object(version.definition)})
