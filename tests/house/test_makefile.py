"""``make help`` explains every target, and every target calls something that exists."""

import re

from machina_site.paths import BASE


def makefile() -> str:
    """Its text."""
    return (BASE / "Makefile").read_text()


def test_every_target_explains_itself() -> None:
    targets = set(re.findall(r"^([a-z-]+):", makefile(), re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile(), re.MULTILINE))

    assert targets == explained


def test_every_program_of_ours_that_a_target_calls_exists() -> None:
    called = re.findall(r"-m ((?:scripts|bench|tests)[.a-z_]*)", makefile())

    assert called
    assert [name for name in called if not (BASE / f"{name.replace('.', '/')}.py").exists()] == []
