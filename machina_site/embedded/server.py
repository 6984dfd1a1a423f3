"""What both embedded servers share: start once, join, wait, leave, stop."""

import atexit
import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, ClassVar, Final

from machina_site.embedded.account import Account
from machina_site.embedded.errors import EmbeddedServerError
from machina_site.embedded.processes import is_alive, works_in

LONGEST_SOCKET_FOLDER: Final = 80  # a socket's whole path may have 107 bytes
STARTS_WITHIN: Final = 60.0
STOPS_WITHIN: Final = 20.0
DIES_WITHIN: Final = 5.0
PAUSE: Final = 0.02
Condition = Callable[[], bool]


class EmbeddedServer(ABC):
    """One server program with its files in ``var/<name>/``, on a Unix socket that only this account can reach."""

    name: ClassVar[str]
    programs: ClassVar[tuple[str, ...]]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, var: Path) -> None:
        self.folder = var / self.name
        self.socket_folder = _socket_folder(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._users: IO[str] | None = None

    # --- what each server gives -----------------------------------------------------------------------------------
    @property
    @abstractmethod
    def working_folder(self) -> Path:
        """Where its process works: how we tell it from a process that merely has its old pid."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Where it writes its pid, first thing on the first line."""

    @abstractmethod
    def account(self) -> Account:
        """Who it runs as."""

    @abstractmethod
    def command(self) -> list[str]:
        """How to start it."""

    @abstractmethod
    def prepare(self) -> None:
        """Make its files, and clear away what a crash left."""

    @abstractmethod
    def answers(self) -> bool:
        """Does it serve now?"""

    def after_start(self) -> None:  # noqa: B027  (most servers need nothing)
        """What a server that has just come up still needs."""

    # --- life -----------------------------------------------------------------------------------------------------
    def ensure(self) -> None:
        """Start it unless it runs; then it stays at least until this process ends. Safe with many at once."""
        try:
            self._make_folders()
            self._join()
            with self._starting():
                if not self.answers():
                    self._start()
        except PermissionError as error:
            raise EmbeddedServerError(
                f"{error.filename} belongs to another user. Run as that user, or set MACHINA_VAR to a folder of yours."
            ) from error

    def release(self) -> None:
        """Leave it; the last one out stops it."""
        if self._users is None:
            return
        with self._starting(), contextlib.suppress(BlockingIOError):
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while anybody else is in
            self.stop()
        self._users.close()
        self._users = None

    def stop(self) -> None:
        """Ask it to end and wait; a server that will not end in time is left running, with its data whole."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, self.stop_signal)
        self._wait(lambda: not self._runs(pid), STOPS_WITHIN)

    def pid(self) -> int | None:
        """Its pid, if it runs. A stale or truncated pid file says nothing."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(self.pid_file.read_text().split()[0])
            return pid if works_in(pid, self.working_folder, self.programs) else None
        return None

    # --- how ------------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        if self.pid() is None:
            self._reap()
            self.prepare()
            self._process = self._launch()
        if not self._wait(self.answers, STARTS_WITHIN, give_up=self._has_ended):
            raise EmbeddedServerError(
                f"The embedded {self.programs[0]} did not start. The end of its log:\n{self._log_end()}"
            )
        self.after_start()

    def _launch(self) -> subprocess.Popen[bytes]:
        account = self.account()
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [*account.prefix, *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's Ctrl-C is not for it
                cwd="/",
                user=account.uid if account.drops else None,
                group=account.gid if account.drops else None,
                extra_groups=[] if account.drops else None,
            )

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = self.socket_folder.stat().st_uid
        if owner not in {os.geteuid(), self.folder.stat().st_uid}:
            raise EmbeddedServerError(f"{self.socket_folder} belongs to another user: remove it, or set MACHINA_VAR.")

    def _join(self) -> None:
        if self._users is not None:
            return
        self._users = (self.folder / "users").open("a")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        owner = os.getpid()
        atexit.register(lambda: self.release() if os.getpid() == owner else None)

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """One at a time may start or stop it."""
        with (self.folder / "starting").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _runs(self, pid: int) -> bool:
        self._has_ended()  # reaps it if it is our child
        return is_alive(pid)

    def _reap(self) -> None:
        """A child of ours that fell a moment ago may still be on its way out."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(DIES_WITHIN)

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    @staticmethod
    def _wait(condition: Condition, seconds: float, give_up: Condition = lambda: False) -> bool:
        """True as soon as the condition holds; False when the time is over or there is no hope."""
        end = time.monotonic() + seconds
        while not condition():
            if give_up() or time.monotonic() > end:
                return False
            time.sleep(PAUSE)
        return True

    def _log_end(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-1500:]


def _socket_folder(folder: Path) -> Path:
    """The server's own folder; for a long path, one in the temporary folder named by user and path."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"machina-{os.getuid()}-{digest}"
