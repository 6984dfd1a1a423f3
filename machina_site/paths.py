"""Where things lie. Everything that Machina writes is below VAR."""

from pathlib import Path
from typing import Final

from machina_site.env import env_str

BASE = Path(__file__).resolve().parent.parent
VAR = Path(env_str("MACHINA_VAR", str(BASE / "var"))).resolve()
SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108  (gunicorn's heartbeat files, semaphores)
