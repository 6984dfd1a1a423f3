"""The tutorials on results name commands, options and files that are there, and change the examples as they say."""

from __future__ import annotations

import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class

from machina_site.paths import BASE

NAMES = ("ab-test-with-peeking", "factorial-within-subject", "budgeted-adaptive-study")
PAGES = {name: (BASE / "docs" / "tutorial" / f"{name}.md").read_text() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_takes_the_options_that_are_shown(name: str) -> None:
    shown = re.findall(r"^    \./machina manage (.+)$", PAGES[name], re.MULTILINE)

    assert shown
    for line in shown:
        command, *arguments = shlex.split(line)
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        parser.parse_args([each.replace("UUID", "7c9e6679-7425-40de-944b-e07fc1f90ae7") for each in arguments])


@pytest.mark.parametrize("name", NAMES)
def test_every_file_and_picture_that_is_named_is_there(name: str) -> None:
    files = re.findall(r"examples/[\w/]+\.(?:yaml|ipynb)", PAGES[name])
    links = re.findall(r"\]\((?!http)([^)#]+)", PAGES[name])

    assert [each for each in files if not (BASE / each).exists()] == []
    assert [each for each in links if not (BASE / "docs" / "tutorial" / each).exists()] == []


def test_what_sed_changes_stands_in_the_examples() -> None:
    for page in (PAGES["ab-test-with-peeking"], PAGES["budgeted-adaptive-study"]):
        [line] = re.findall(r"^    sed (.+) > ", page, re.MULTILINE)
        *changes, file = [each for each in shlex.split(line) if each != "-e"]
        text = (BASE / file).read_text()
        for change in changes:
            _, old, _, _ = change.split("/")
            assert re.search(old, text, re.MULTILINE), change
