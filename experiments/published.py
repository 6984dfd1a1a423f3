"""What never changes once it is there, read once per process: frozen versions, the names of arms."""

from __future__ import annotations

from functools import lru_cache

from experiments.blueprint import Blueprint, json_object
from experiments.models import Arm, Version


@lru_cache(maxsize=1024)
def blueprint_of(version_id: int) -> Blueprint:
    """The blueprint of a version. Version.DoesNotExist if there is none."""
    version = Version.objects.select_related("experiment__study").get(pk=version_id)
    languages = version.experiment.study.languages
    return Blueprint.parse({"languages": languages, **json_object(version.definition)})


@lru_cache(maxsize=4096)
def arm_name(arm_id: int) -> str:
    """An arm's name: it stays with its row, since definitions find their arms by it."""
    return Arm.objects.values_list("name", flat=True).get(pk=arm_id)
