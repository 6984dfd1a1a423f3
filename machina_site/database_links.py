"""A machine that is cut off says no good-bye. Both ends of a connection to the database notice within half a minute."""

from __future__ import annotations

from typing import Final

IDLE, INTERVAL, COUNT, UNANSWERED_MS = 10, 5, 3, 20_000
CLIENT: Final = {
    "keepalives_idle": IDLE,
    "keepalives_interval": INTERVAL,
    "keepalives_count": COUNT,
    "tcp_user_timeout": UNANSWERED_MS,
}
SERVER: Final = {
    "tcp_keepalives_idle": IDLE,
    "tcp_keepalives_interval": INTERVAL,
    "tcp_keepalives_count": COUNT,
    "tcp_user_timeout": UNANSWERED_MS,
}


def noticing_lost_links(*, server_too: bool) -> dict[str, object]:
    """Options of libpq. On a socket of this machine they do nothing.

    server_too: ask PostgreSQL as well. Otherwise it keeps the row locks of a worker that is gone for two hours, and no
    other can take over what it held. Poolers refuse such wishes: there, set them in postgresql.conf.
    """
    wishes = " ".join(f"-c {name}={value}" for name, value in SERVER.items())
    return {**CLIENT, **({"options": wishes} if server_too else {})}
