"""Probes of this machine and this checkout: they need no server."""

import os
import shutil
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from django.conf import settings

from machina_site.checks import secret_key_is_strong
from machina_site.doctor.finding import Finding, fail, ok, warn
from machina_site.launch.static_files import are_current
from machina_site.paths import BASE, SHARED_MEMORY, VAR

OLDEST_PYTHON: Final = (3, 11)
LITTLE_SPACE: Final = 2 * 1024**3
NO_SPACE: Final = 200 * 1024**2
WRITTEN_IN: Final = 1_793_000_000  # 2026-10: an earlier time means a wrong clock
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def python() -> Finding:
    """The interpreter."""
    says = f"{sys.version.split()[0]} in {sys.prefix}"
    if sys.version_info < OLDEST_PYTHON:
        return fail("python", says, "Use Python 3.11 or newer: PYTHON=/path/to/it ./machina setup")
    return ok("python", says)


def packages() -> Finding:
    """Is what requirements.txt names installed, in those versions?"""
    wanted = dict(line.split(" ")[0].split("==") for line in _lock_lines())
    wrong = [name for name, number in wanted.items() if _installed(name) != number]
    if wrong:
        shown = ", ".join(wrong[:5])
        return fail(
            "packages", f"{len(wrong)} of {len(wanted)} differ from the lock: {shown}", "Run './machina setup'."
        )
    return ok("packages", f"{len(wanted)} as locked")


def _lock_lines() -> list[str]:
    return [line for line in (BASE / "requirements.txt").read_text().splitlines() if "==" in line[:60]]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def secret_key() -> Finding:
    """Strong enough, and private."""
    if found := secret_key_is_strong():
        return fail("secret key", str(found[0].msg), str(found[0].hint))
    path = VAR / "secret_key"
    if os.environ.get("SECRET_KEY") or not path.exists():
        return ok("secret key", "from SECRET_KEY")
    if path.stat().st_mode & 0o077:
        return warn("secret key", f"others can read {path}", f"chmod 600 {path}")
    return ok("secret key", f"made here, in {path}")


def disk() -> Finding:
    """Room for the data."""
    free = shutil.disk_usage(VAR if VAR.exists() else BASE).free
    says = f"{free / 1024**3:.1f} GB free for {VAR}"
    if free < NO_SPACE:
        return fail("disk", says, "Free some: PostgreSQL stops when it cannot write.")
    if free < LITTLE_SPACE:
        return warn("disk", says, "Free some before a study runs.")
    return ok("disk", says)


def var_folder() -> Finding:
    """May we write where everything is written?"""
    if VAR.exists() and not os.access(VAR, os.W_OK):
        return fail(
            "var folder", f"{VAR} is not writable", "Run as its owner, or set MACHINA_VAR to a folder of yours."
        )
    return ok("var folder", str(VAR))


def shared_memory() -> Finding:
    """Celery's worker processes need semaphores there."""
    if os.access(SHARED_MEMORY, os.W_OK):
        return ok("shared memory", f"{SHARED_MEMORY} is writable")
    return warn(
        "shared memory", f"{SHARED_MEMORY} is not writable", "The worker uses threads instead. Mount it if you can."
    )


def static_files() -> Finding:
    """Collected as they are now?"""
    if are_current(settings.STATIC_ROOT):
        return ok("static files", f"collected in {settings.STATIC_ROOT}")
    advice = "'./machina demo' collects them; elsewhere run 'manage.py collectstatic'."
    return warn("static files", "not collected, or older than their sources", advice)


def clock() -> Finding:
    """Leases, time-outs and tokens depend on it."""
    says = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    if time.time() < WRITTEN_IN:
        return fail("clock", f"{says} is in the past", "Set the clock: leases and tokens depend on it.")
    return ok("clock", says)


def browser() -> Finding:
    """Only the tests need one."""
    named = os.environ.get("MACHINA_CHROMIUM")
    found = named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    fetched = BASE / "var" / "browser" / "chromium"
    if found or fetched.exists():
        return ok("test browser", str(found or fetched))
    return warn("test browser", "none (only './machina test' needs one)", "'./machina test' fetches one.")
