"""The other web server: ``python -m machina_site.granian_server``, or WEB_SERVER=granian. Decision 0078 says when.

The application is imported once and the workers are forked, as under gunicorn. A worker asks the kernel for SIGTERM
when the first process dies, so that killing it with -9 leaves no orphan that holds the port.
"""

import ctypes
import gc
import os
import signal
import sys
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from machina_site.env import env_int, env_str

TARGET: Final = "machina_site.wsgi:application"
SET_PARENT_DEATH_SIGNAL: Final = 1
_LIBC: Final = ctypes.CDLL(None)


def serve(target: str = TARGET, *, preload: bool = True) -> None:
    """Until SIGTERM or SIGINT."""
    if preload:
        __import__(target.partition(":")[0])
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
    os.register_at_fork(after_in_child=_end_with_parent)
    Server(
        target,
        address=env_str("HOST", "127.0.0.1"),
        port=env_int("PORT", 8000),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # what proxies speak; asking each connection which it is costs some microseconds
        workers=env_int("WEB_WORKERS", 2),
        blocking_threads=env_int("WEB_THREADS", 4),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_access=False,
    ).serve()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        _LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


if __name__ == "__main__":
    serve(*sys.argv[1:], preload=len(sys.argv) == 1)
