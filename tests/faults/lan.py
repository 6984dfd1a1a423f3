"""Machines on one wire: network namespaces of this machine, joined by a bridge. Needs root and iproute2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

NAMED = "import os, socket, sys; socket.sethostname(sys.argv[1]); os.execvp(sys.argv[2], sys.argv[2:])"


def is_possible() -> bool:
    """Whether this account may make networks here."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    probe = f"mprobe{os.getpid() % 1000}"
    is_made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode == 0
    if is_made:
        _ip("netns", "delete", probe)
    return is_made


class Lan:
    """A wire with this machine at `address` and others beside it. Everything is taken down in the end."""

    def __init__(self, names: Sequence[str]) -> None:
        number = os.getpid() % 250 + 1
        self.bridge, self.prefix = f"mbr{number}", f"10.231.{number}"
        self.address = f"{self.prefix}.1"
        self.machines = {name: f"m{number}{name}" for name in names}

    def __enter__(self) -> Self:
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("address", "add", f"{self.address}/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        for place, (name, machine) in enumerate(self.machines.items(), start=10):
            _ip("netns", "add", machine)
            _ip("link", "add", self._wire(name), "type", "veth", "peer", "name", "eth0", "netns", machine)
            _ip("link", "set", self._wire(name), "master", self.bridge, "up")
            _ip("-n", machine, "address", "add", f"{self.prefix}.{place}/24", "dev", "eth0")
            _ip("-n", machine, "link", "set", "eth0", "up")
            _ip("-n", machine, "link", "set", "lo", "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for machine in self.machines.values():
            _ip("netns", "delete", machine)
        _ip("link", "delete", self.bridge)

    def on(self, name: str, command: Sequence[str]) -> list[str]:
        """The command, as that machine would run it; it calls itself by that name."""
        named = ["unshare", "--uts", sys.executable, "-c", NAMED, name]
        return ["ip", "netns", "exec", self.machines[name], *named, *command]

    def cut(self, name: str) -> None:
        """Its wire is out: what it sends arrives nowhere, and nobody tells it."""
        _ip("link", "set", self._wire(name), "down")

    def mend(self, name: str) -> None:
        """Its wire is in again."""
        _ip("link", "set", self._wire(name), "up")

    def _wire(self, name: str) -> str:
        return f"v{self.machines[name]}"[:15]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
