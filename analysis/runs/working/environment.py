"""What a worker runs on: kept once for each kind of worker, named by its hash."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import distributions
from typing import Final

import psutil

from experiments.types import Json, JsonObject

GIT_SECONDS: Final = 5


def describe() -> JsonObject:
    """System, processor, memory, Python, packages, devices, and the state of the code. No names, no paths."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_mib": psutil.virtual_memory().total >> 20,
        "python": platform.python_version(),
        "threads": os.environ.get("OMP_NUM_THREADS", ""),
        "packages": _packages(),
        "devices": _devices(),
        "code": _code(),
    }


def _packages() -> dict[str, Json]:
    found = {package.metadata["Name"]: package.version for package in distributions()}
    return {name: found[name] for name in sorted(found, key=str.lower)}


def _processor() -> str:
    """The model as Linux names it; elsewhere what Python knows."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = (line.partition(":")[2].strip() for line in file if line.startswith("model name"))
            return next(names, platform.processor())
    except OSError:
        return platform.processor()


def _devices() -> list[Json]:
    """CUDA devices, if torch is at work here already: it is not imported for this."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return []
    found = (torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count()))
    return [{"name": one.name, "memory_mib": one.total_memory >> 20} for one in found]


def _code() -> JsonObject:
    """The revision, and whether files differ from it; empty where there is no git."""
    revision = _git("rev-parse", "HEAD")
    return {"revision": revision, "is_changed": bool(_git("status", "--porcelain", "-uno"))} if revision else {}


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
