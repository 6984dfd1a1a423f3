"""Experiments that a project's own files name: `{% arm "color" %}`, `request.bandits.choose("color")`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from django.apps import apps
from django.conf import settings

TAG = re.compile(r"""\{%\s*(?:arm|ifarm)\s+["']([\w-]+)["']""")
CALLS = {"choose", "arm", "reward", "achoose", "aarm", "areward"}
TEMPLATES = (".html", ".txt", ".css", ".js")
BIGGEST = 1_000_000
MACHINA = ("machina_site", "crowd", "participants", "bandits", "analysis", "experiments")


def named_in_files() -> dict[str, set[str]]:
    """{experiment: places}, from the apps and template folders that are the project's own, not installed ones."""
    found: dict[str, set[str]] = {}
    for file in _files():
        names = _called(_text(file)) if file.suffix == ".py" else TAG.findall(_text(file))
        for name in names:
            found.setdefault(name, set()).add(str(file))
    return found


def _called(source: str) -> list[str]:
    """The first argument of every `….bandits.choose("…")`; comments and texts are none."""
    if "bandits." not in source:
        return []
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    except SyntaxError:  # no module of this Python: whoever imports it will hear of it
        return []
    return [str(call.args[0].value) for call in calls if _asks(call) and isinstance(call.args[0], ast.Constant)]


def _asks(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in CALLS:
        return False
    owner = function.value
    return (isinstance(owner, ast.Attribute) and owner.attr == "bandits") or (
        isinstance(owner, ast.Name) and owner.id == "bandits"
    )


def _files() -> Iterator[Path]:
    for folder in _folders():
        yield from (file for file in folder.rglob("*") if file.suffix in (".py", *TEMPLATES) and file.is_file())


def _folders() -> set[Path]:
    roots = [Path(config.path) for config in apps.get_app_configs() if config.name not in MACHINA]
    roots += [Path(folder) for engine in settings.TEMPLATES for folder in cast("list[str]", engine.get("DIRS", []))]
    own = {root.resolve() for root in roots if root.is_dir() and not _is_installed(root)}
    return {root for root in own if not any(other in root.parents for other in own)}


def _is_installed(folder: Path) -> bool:
    """Whether it came with a package."""
    inside = {"site-packages", "dist-packages"} & set(folder.parts)
    return bool(inside) or Path(sys.base_prefix) / "lib" in folder.parents


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.stat().st_size < BIGGEST else ""
