"""What goes out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from rest_framework.renderers import BaseRenderer, JSONRenderer

from experiments import yaml_file
from experiments.types import Json


class CompactJsonRenderer(JSONRenderer):
    """JSON in UTF-8."""

    format = "json"


def as_json(value: object) -> bytes:
    """What CompactJsonRenderer makes of plain values, times and UUIDs, in a fifth of its time."""
    text = _ENCODER.encode(value)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON.")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


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
