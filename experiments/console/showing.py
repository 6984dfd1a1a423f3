"""How values are shown."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from experiments.types import Json
from experiments.yaml_file import dump


def shown_json(value: Json) -> SafeString:
    """A JSON value as YAML, kept in its lines."""
    return format_html('<pre class="machina-yaml-shown">{}</pre>', dump(value).strip())
