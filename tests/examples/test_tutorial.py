"""What the tutorial shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from experiments.definition import diff, normalise
from experiments.schema import check
from experiments.types import JsonObject
from experiments.yaml_file import load

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial" / "index.md").read_text(encoding="utf-8")
MINIMAL = (ROOT / "examples" / "minimal.yaml").read_text(encoding="utf-8")


def test_the_problems_it_shows_are_those_that_are_found() -> None:
    text = MINIMAL.replace("target: 40", "target: forty").replace("arm.offer", "arm.ofer")
    text = text.replace("measure: appetite", "measure: apetite")

    found = [f"    {problem}" for problem in check(*load(text))]

    assert len(found) == 3
    assert "\n".join(found) in TUTORIAL


def test_the_differences_it_shows_are_those_that_are_found() -> None:
    new = MINIMAL.replace("target: 40", "target: 60")
    new = new.replace("How much would you like to eat this now?", "How much would you like this right now?")
    before, after = (normalise(cast("JsonObject", experiment_of(text))) for text in (MINIMAL, new))

    assert "\n".join(f"    {change.sentence}" for change in diff(before, after)) in TUTORIAL


def experiment_of(text: str) -> object:
    document = cast("dict[str, list[object]]", load(text)[0])
    return document["experiments"][0]


def test_every_file_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:examples|docs)/[^`\s]+)`", TUTORIAL))

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_its_yaml_can_be_read() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", TUTORIAL, re.DOTALL)

    assert blocks
    assert all(load(block)[0] for block in blocks)
