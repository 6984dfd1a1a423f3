"""The lock files install the same everywhere: hashes, no registry's address, no heavy library by accident."""

import re
from typing import Final

import pytest

from machina_site.paths import BASE

LOCKS: Final = ("requirements.txt", "requirements-dev.txt", "requirements-onnx.txt")


def packages(lock: str) -> dict[str, str]:
    """Name to version."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", (BASE / lock).read_text(), re.MULTILINE))


def direct(file: str) -> set[str]:
    """The names that we ask for ourselves."""
    lines = (BASE / file).read_text().lower().splitlines()
    return {re.split(r"[\[<>=]", line)[0] for line in lines if re.match(r"\w", line)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", (BASE / lock).read_text().strip())

    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", [*LOCKS, "requirements.in", "requirements-dev.in", "requirements-onnx.in"])
def test_no_file_names_a_registry(lock: str) -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", (BASE / lock).read_text())


def test_the_dev_lock_holds_all_of_the_main_lock_in_the_same_versions() -> None:
    assert packages("requirements.txt").items() <= packages("requirements-dev.txt").items()


def test_what_only_the_examples_and_tests_need_is_not_in_the_main_lock() -> None:
    assert packages("requirements.txt").keys().isdisjoint({"onnx", "torch", "vega-datasets", "playwright"})


@pytest.mark.parametrize(("wanted", "lock"), [(lock.replace(".txt", ".in"), lock) for lock in LOCKS])
def test_each_direct_dependency_is_locked(wanted: str, lock: str) -> None:
    assert direct(wanted) <= {name.replace("_", "-") for name in packages(lock)}


def test_each_direct_dependency_has_its_line_of_reason() -> None:
    reasons = (BASE / "docs" / "decisions" / "0002-dependencies.md").read_text().lower()

    assert {name for name in direct("requirements.in") if f"`{name}`" not in reasons} == set()
