"""Whatever of this room could call somebody asks the guard first. (The stand-ins call ourselves alone.)"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from crowd.errors import LivePlatform
from crowd.platforms.guard import permit_address
from machina_site.paths import BASE

CALLERS: Final = {"boto3", "httpx", "requests", "http", "socket", "aiohttp"}
OURSELVES: Final = ("standin/", "management/commands/standin")
ONLY_ITS_ERRORS: Final = ("crowd/platforms/prolific/errors.py",)


def modules() -> Iterator[tuple[str, str]]:
    """(path, source) of this room's own modules."""
    for path in sorted((BASE / "crowd").rglob("*.py")):
        name = path.relative_to(BASE).as_posix()
        if not any(part in name for part in OURSELVES) and name not in ONLY_ITS_ERRORS:
            yield name, Path(path).read_text()


def imports(source: str) -> set[str]:
    """The libraries that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_who_can_call_asks_the_guard() -> None:
    callers = {name: source for name, source in modules() if imports(source) & CALLERS}

    assert len(callers) >= 4
    assert [
        name for name, source in callers.items() if "permit(" not in source and "permit_address(" not in source
    ] == []


def test_an_address_of_amazons_is_not_fetched_from_a_test() -> None:
    with pytest.raises(LivePlatform, match=r"sns\.us-east-1\.amazonaws\.com belongs to one"):
        permit_address("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem")

    permit_address("http://127.0.0.1:8765/certificate.pem")
