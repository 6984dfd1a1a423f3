"""The embedded Valkey: Celery's queue and Django's cache."""

import contextlib
import os
import socket
from pathlib import Path

from machina_site.embedded.account import Account
from machina_site.embedded.binaries import valkey_program
from machina_site.embedded.server import EmbeddedServer


class Valkey(EmbeddedServer):
    """Writes every change to its append-only file within a second; refuses rather than forgets when memory is full."""

    name = "redis"
    programs = ("valkey-server", "redis-server")  # the second: named by MACHINA_REDIS_BIN, or found on PATH

    @property
    def socket(self) -> Path:
        """Its only door."""
        return self.socket_folder / "valkey.sock"

    @property
    def working_folder(self) -> Path:
        return self.folder

    @property
    def pid_file(self) -> Path:
        return self.folder / "pid"

    def url(self, *, db: int) -> str:
        """For Django's cache."""
        return f"unix://{self.socket}?db={db}"

    def broker_url(self, *, db: int) -> str:
        """For Celery."""
        return f"redis+socket://{self.socket}?virtual_host={db}"

    def account(self) -> Account:
        return Account(os.geteuid(), os.getegid())

    def command(self) -> list[str]:
        flags = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "pidfile": str(self.pid_file),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "notice",
        }
        return [str(valkey_program()), *(part for name, value in flags.items() for part in (f"--{name}", value))]

    def prepare(self) -> None:
        self.account().own(self.folder)
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def answers(self) -> bool:
        """PING, without a client library. A server that is still loading its file does not say PONG."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(2)
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False
