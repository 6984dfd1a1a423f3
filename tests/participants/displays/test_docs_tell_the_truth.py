"""docs/displays.md says what the registry says, and every kind is pictured."""

import subprocess
import sys
from pathlib import Path

from participants.displays import DISPLAYS

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_on_displays_is_up_to_date() -> None:
    script = ROOT / "scripts" / "display_docs.py"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, f"run python scripts/display_docs.py --text\n{checked.stderr}"


def test_every_kind_is_pictured() -> None:
    pictures = {path.stem for path in (ROOT / "docs" / "images" / "displays").glob("*.png")}

    assert pictures == set(DISPLAYS)
