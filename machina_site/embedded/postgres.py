"""The embedded PostgreSQL."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from machina_site.embedded.account import Account, account_for
from machina_site.embedded.binaries import postgres_folder
from machina_site.embedded.errors import EmbeddedServerError
from machina_site.embedded.processes import working_in
from machina_site.embedded.server import EmbeddedServer
from machina_site.paths import SHARED_MEMORY

USER: Final = "machina"
BUILTIN_LOCALE_SINCE: Final = 17
BUSY: Final = ("too many clients", "remaining connection slots")  # it answers, though not with a connection
NOT_DURABLE: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")


class Postgres(EmbeddedServer):
    """Listens on its socket only. ``durable=False`` is for tests: fast, and void after a power cut."""

    name = "pg"
    programs = ("postgres",)
    stop_signal = signal.SIGINT  # PostgreSQL's "fast" shutdown

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        super().__init__(var)
        self.durable = durable

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.folder / "data"

    @property
    def working_folder(self) -> Path:
        return self.data

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def url(self, database: str = USER) -> str:
        """For DATABASE_URL."""
        return f"postgres://{USER}@{quote(str(self.socket_folder), safe='')}/{database}"

    def account(self) -> Account:
        return account_for(self.data)

    def command(self) -> list[str]:
        options = ["unix_socket_permissions=0700", *(() if self.durable else NOT_DURABLE)]
        if not os.access(SHARED_MEMORY, os.W_OK):
            options.append("dynamic_shared_memory_type=mmap")
        flags = [part for option in options for part in ("-c", option)]
        return [str(postgres_folder() / "postgres"), "-D", str(self.data), "-k", str(self.socket_folder), *flags]

    def prepare(self) -> None:
        account = self.account()
        account.own(self.folder)
        account.own(self.socket_folder)
        if not self.data.exists():
            self._make_cluster(account)
        self._refuse_other_version()
        self._clear_after_crash()

    def answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError as error:
            return any(sentence in str(error) for sentence in BUSY)
        return True

    def after_start(self) -> None:
        """Inside the starting lock: two processes that create the database at once would collide."""
        link = self._connect("postgres")
        link.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [USER])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {USER}")
        link.close()

    def _connect(self, database: str) -> connection:
        return psycopg2.connect(host=str(self.socket_folder), user=USER, dbname=database, connect_timeout=2)

    def _make_cluster(self, account: Account) -> None:
        """Made beside, then renamed: an initdb that was cut off leaves nothing that looks like a cluster."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        made = self._run(account, [str(postgres_folder() / "initdb"), "-D", str(draft), *self._initdb_flags()])
        if made.returncode:
            raise EmbeddedServerError(
                f"PostgreSQL could not make its files in {draft}. It says:\n{(made.stderr or made.stdout).strip()}\n"
                "The usual reasons: a full disk, a file system without permissions, a user without an entry in "
                "/etc/passwd. A server of your own will do as well: set DATABASE_URL."
            )
        with (draft / "postgresql.auto.conf").open("a") as file:
            file.write("listen_addresses = ''\nmax_connections = 100\n")
        draft.rename(self.data)

    def _initdb_flags(self) -> list[str]:
        has_builtin = _major(postgres_folder()) >= BUILTIN_LOCALE_SINCE
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        locale = builtin if has_builtin else ["--locale=C.UTF-8"]
        no_sync = [] if self.durable else ["--no-sync"]
        return ["-U", USER, "-A", "trust", "-E", "UTF8", "--no-instructions", *locale, *no_sync]

    @staticmethod
    def _run(account: Account, command: list[str]) -> subprocess.CompletedProcess[str]:
        user = account.uid if account.drops else None
        group = account.gid if account.drops else None
        try:
            return subprocess.run(
                [*account.prefix, *command],
                capture_output=True,
                text=True,
                cwd="/",
                user=user,
                group=group,
                check=False,
            )
        except PermissionError as error:
            raise EmbeddedServerError(
                "PostgreSQL does not run as root, and this machine lets no other account reach its files. "
                "Run Machina as an ordinary user, or set DATABASE_URL to a server of yours."
            ) from error

    def _refuse_other_version(self) -> None:
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            raise EmbeddedServerError(f"{self.data} is no PostgreSQL cluster: move it away, and a new one is made.")
        have, ours = version_file.read_text().strip(), _major(postgres_folder())
        if have != str(ours):
            raise EmbeddedServerError(
                f"{self.data} was made by PostgreSQL {have}, but the program here is version {ours}. "
                f"Dump it with PostgreSQL {have} (MACHINA_PG_BIN=<its folder>), move it away, and restore: "
                "docs/development.md, 'A new PostgreSQL'."
            )

    def _clear_after_crash(self) -> None:
        """A pid file that names nobody of ours makes PostgreSQL refuse; so does a dead server's child."""
        self._wait(lambda: not working_in(self.data, self.programs), 10.0)
        if not working_in(self.data, self.programs):
            self.pid_file.unlink(missing_ok=True)
            (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _major(folder: Path) -> int:
    """``postgres (PostgreSQL) 18.6`` is 18."""
    said = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])
