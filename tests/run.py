"""Everything that must hold before a change lands: ``./machina test``. With arguments: pytest alone, with them.

All stages run even when one fails; the last lines are a table with times, and pytest's own closing line.
"""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from machina_site.paths import BASE
from tests import browser

PYTHON: Final = (sys.executable, "-m")
MANAGE: Final = (sys.executable, "manage.py")
SHARED: Final = ("--dist", "worksteal")  # whoever is done takes over what the other has left
CLOSING_LINE: Final = re.compile(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran")
PRODUCTION: Final = {
    "DEBUG": "0",
    "PUBLIC_URL": "https://machina.example.org",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DJANGO_SETTINGS_MODULE": "machina_site.settings",
}


@dataclass(frozen=True)
class Stage:
    """A command, and what it adds to the environment."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a stage ended."""

    stage: Stage
    is_ok: bool
    seconds: float
    output: str


STAGES: Final = (
    Stage("lint (ruff)", [*PYTHON, "ruff", "check", "--quiet"]),
    Stage("format (ruff)", [*PYTHON, "ruff", "format", "--check", "--quiet"]),
    Stage("rooms (import-linter)", [os.path.join(os.path.dirname(sys.executable), "lint-imports"), "--no-cache"]),
    Stage("templates (djlint)", [*PYTHON, "djlint", "--lint", "--quiet", "."]),
    Stage("deployment check", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    Stage("migrations match models", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    Stage("types (mypy)", [*PYTHON, "mypy"]),  # last: the others say within seconds what is wrong
)


def main(arguments: Sequence[str]) -> int:
    """0 when all is well."""
    os.chdir(BASE)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.setdefault("MACHINA_VAR", str(BASE / "var" / "test"))
    if not _have_browser():
        return 1
    if arguments:
        return subprocess.run([*PYTHON, "pytest", *arguments], check=False).returncode
    with ThreadPoolExecutor(max_workers=1) as pool:
        stages = pool.map(_run_quietly, STAGES)  # one after another, while the tests run
        tests, closing_line = _run_pytest()
        outcomes = [*stages, tests]
    _report(outcomes)
    _say(closing_line)
    return 0 if all(outcome.is_ok for outcome in outcomes) else 1


def _have_browser() -> bool:
    if browser.is_refused():
        _say("MACHINA_NO_BROWSER=1: browser tests will be skipped and counted.")
        return True
    try:
        _say(f"browser: {browser.install()}")
    except browser.NoChromium as error:
        _say(str(error))
        return False
    return True


def _run_quietly(stage: Stage) -> Outcome:
    """What it printed is shown only if it failed."""
    started = time.monotonic()
    environment = {**os.environ, **stage.environment}
    ended = subprocess.run(stage.command, env=environment, capture_output=True, text=True, check=False)
    outcome = Outcome(stage, ended.returncode == 0, time.monotonic() - started, ended.stdout + ended.stderr)
    _say(_row(outcome) + ("" if outcome.is_ok else f"\n{outcome.output}"))
    return outcome


def _run_pytest() -> tuple[Outcome, str]:
    stage = Stage(
        "tests (pytest)", [*PYTHON, "pytest", "-n", os.environ.get("MACHINA_TEST_PROCESSES", "3"), *SHARED, "-q"]
    )
    started = time.monotonic()
    closing_line = "no tests ran"
    with subprocess.Popen(stage.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            _say(line.rstrip("\n"))
            if CLOSING_LINE.search(line):
                closing_line = line.strip()
    return Outcome(stage, process.returncode == 0, time.monotonic() - started, ""), closing_line


def _report(outcomes: Sequence[Outcome]) -> None:
    _say("")
    for outcome in outcomes:
        _say(_row(outcome))


def _row(outcome: Outcome) -> str:
    return f"{'ok  ' if outcome.is_ok else 'FAIL'} {outcome.seconds:6.1f} s  {outcome.stage.name}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
