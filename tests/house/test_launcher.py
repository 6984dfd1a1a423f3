"""``./machina`` explains itself and refuses what it does not know. It needs a POSIX shell and Python, no more."""

import shutil
import subprocess

from machina_site.paths import BASE


def machina(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As a person would call it."""
    return subprocess.run(["./machina", *arguments], cwd=BASE, capture_output=True, text=True, check=False)


def test_alone_it_prints_its_help() -> None:
    shown = machina()

    assert shown.returncode == 0
    for command in ("demo", "test", "manage", "setup"):
        assert f"\n  {command} " in shown.stdout


def test_an_unknown_command_is_refused_with_the_help() -> None:
    refused = machina("fly")

    assert refused.returncode == 1
    assert "unknown command: fly" in refused.stderr
    assert "Usage:" in refused.stderr


def test_it_is_plain_posix_shell() -> None:
    dash = shutil.which("dash")

    assert dash is None or subprocess.run([dash, "-n", "machina"], cwd=BASE, check=False).returncode == 0
    assert (BASE / "machina").read_text().startswith("#!/bin/sh\n")
