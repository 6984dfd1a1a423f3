"""Where things lie. Everything that Machina writes is below VAR."""

from pathlib import Path

from machina_site.env import env_str

BASE = Path(__file__).resolve().parent.parent
VAR = Path(env_str("MACHINA_VAR", str(BASE / "var"))).resolve()
