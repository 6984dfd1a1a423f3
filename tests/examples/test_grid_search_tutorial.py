"""What the tutorial on a grid search shows is what its example files say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from machina_site.paths import BASE

PAGE = (BASE / "docs" / "tutorial" / "a-grid-search.md").read_text()
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def example(name: str) -> Any:
    return yaml.safe_load((BASE / "examples" / "runs" / f"{name}.yaml").read_text())


def test_the_first_block_is_the_whole_digits_grid() -> None:
    assert BLOCKS[0] == example("digits_grid")


@pytest.mark.parametrize(("number", "name"), [(1, "digits_estimators"), (2, "visits_table")])
def test_the_others_are_parts_of_their_files(number: int, name: str) -> None:
    assert is_part(BLOCKS[number], example(name))


def is_part(shown: Any, whole: Any) -> bool:
    """Whether every key that is shown stands in the file, with the same value."""
    if isinstance(shown, Mapping) and isinstance(whole, Mapping):
        return all(key in whole and is_part(value, whole[key]) for key, value in shown.items())
    return bool(shown == whole)


def test_every_file_and_command_that_it_names_is_there() -> None:
    commands = set(re.findall(r"(?:manage\.py|machina manage) (\w+)", PAGE))
    files = set(re.findall(r"examples/runs/\w+\.yaml", PAGE))

    assert commands - set(get_commands()) == set()
    assert [name for name in files if not (BASE / name).exists()] == []
