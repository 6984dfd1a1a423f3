"""Figures from elsewhere that planning is held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "reference" / "planning.json").read_text("utf-8"))["cases"]
