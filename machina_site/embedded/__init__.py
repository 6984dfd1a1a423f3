"""A real PostgreSQL and a real Valkey (Redis protocol) under ``var/``, for an installation that names none.

No daemon with a hidden life: whoever needs a server calls ``ensure()`` and holds a shared file lock while it lives;
the last one to leave stops the server. Such locks vanish with ``kill -9``, so no count can go stale.
"""

from machina_site.embedded.errors import EmbeddedServerError
from machina_site.embedded.postgres import Postgres
from machina_site.embedded.start import ensure_for_command, ensure_servers
from machina_site.embedded.valkey import Valkey

__all__ = ["EmbeddedServerError", "Postgres", "Valkey", "ensure_for_command", "ensure_servers"]
