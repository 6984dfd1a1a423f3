"""What goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from rest_framework.renderers import BaseRenderer, JSONRenderer

from experiments import yaml_file
from experiments.types import Json


class CompactJsonRenderer(JSONRenderer):
    """JSON in UTF-8."""

    format = "json"


class YamlRenderer(BaseRenderer):
    """A study file. Problems are rendered as JSON by their own response."""

    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(
        self, data: object, accepted_media_type: str | None = None, renderer_context: Mapping[str, object] | None = None
    ) -> bytes:
        """The file's text."""
        return yaml_file.dump(cast(Json, data)).encode()
