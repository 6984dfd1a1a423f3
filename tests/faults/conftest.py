"""A var folder for each test, so that spoiling and killing hurts nobody else."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE


@pytest.fixture
def var() -> Iterator[Path]:
    """Short: a socket's path has little room."""
    folder = Path(tempfile.mkdtemp(prefix="mf-"))
    yield folder
    for server in (Postgres(folder), Valkey(folder)):
        server.stop()
    shutil.rmtree(folder)


MAKE_TABLES = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from machina_site.embedded import ensure_servers
from machina_site.launch import static_files
ensure_servers()
call_command("migrate", interactive=False, verbosity=0)
static_files.collect(settings.STATIC_ROOT)
"""


@pytest.fixture(scope="session")
def site_at_rest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The var folder of a site that was set up and stopped. Made once, by whichever of pytest's processes is first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    kept = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _set_up(kept)
    return kept


def _set_up(kept: Path) -> None:
    """A server's account may not reach pytest's folder, so it is set up elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="mf-"))
    outer = {name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = {**outer, "MACHINA_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "machina_site.settings"}
    subprocess.run([sys.executable, "-c", MAKE_TABLES], cwd=BASE, env=environment, check=True)
    for server in (Postgres(folder), Valkey(folder)):
        server.stop()
    subprocess.run(["cp", "-a", str(folder), str(kept)], check=True)  # owners stay, as shutil would not leave them
    shutil.rmtree(folder)


@pytest.fixture
def site_var(var: Path, site_at_rest: Path) -> Path:
    """The test's var folder, where a site was set up before: its tables and static files are there."""
    subprocess.run(["cp", "-a", f"{site_at_rest}/.", str(var)], check=True)
    return var


@pytest.fixture
def postgres(var: Path) -> Iterator[Postgres]:
    """One that has not been started."""
    server = Postgres(var)
    yield server
    server.release()


@pytest.fixture
def valkey(var: Path) -> Iterator[Valkey]:
    """One that has not been started."""
    server = Valkey(var)
    yield server
    server.release()


USER = """
import sys, time
from pathlib import Path
from machina_site.embedded import Postgres, Valkey
server = {"pg": Postgres, "redis": Valkey}[sys.argv[1]](Path(sys.argv[2]))
server.ensure()
print(server.pid(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def users(var: Path) -> Iterator["Users"]:
    """Other processes that use a server."""
    started = Users(var)
    yield started
    started.leave()


class Users:
    """Each prints the server's pid when it has it, and leaves when its input ends."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, name: str, *, count: int = 1) -> list[subprocess.Popen[str]]:
        """``count`` at the same moment."""
        command = [sys.executable, "-c", USER, name, str(self.var)]
        pipe = subprocess.PIPE
        new = [subprocess.Popen(command, cwd=BASE, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
        self.processes += new
        return new

    def leave(self) -> None:
        """All, and wait."""
        for process in self.processes:
            if process.stdin and not process.stdin.closed:
                process.stdin.close()
        for process in self.processes:
            process.wait(30)
            if process.stdout:
                process.stdout.close()


def server_pid(process: subprocess.Popen[str]) -> int:
    """What a user said when it had its server."""
    assert process.stdout is not None
    return int(process.stdout.readline())
