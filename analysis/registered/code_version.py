"""Which program computed: the version and the source itself, wherever it was unpacked."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

ROOMS: Final = ("analysis/statistics", "analysis/results", "analysis/registered", "experiments")
ROOT: Final = Path(__file__).parents[2]
LIBRARIES: Final = ("numpy", "scipy", "statsmodels")


@cache
def code_version() -> str:
    """The first twelve digits of the SHA-256 of all sources that figures come from, then the libraries' versions.

    >>> len(code_version().split()[0])
    12
    """
    digest = sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return " ".join([digest.hexdigest()[:12], *map(_version, LIBRARIES)])


def _version(library: str) -> str:
    try:
        return f"{library}-{version(library)}"
    except PackageNotFoundError:
        return f"{library}-none"
