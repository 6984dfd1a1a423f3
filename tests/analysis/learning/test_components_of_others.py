"""Other people's components: by entry point, or by a path whose package was allowed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "docs" / "recipes" / "add-a-component.md").read_text(encoding="utf-8")
THEIRS = """\
from analysis.learning.components import Parameter, Whole, component

@component("loss", "theirs", parameters={"power": Parameter(Whole(1, 4), "Of the distance.", default=2)})
def theirs(*, power: int) -> object:
    \"\"\"Their loss.\"\"\"
    return power

def undeclared() -> None: ...
"""


def run(folder: Path, program: str) -> str:
    path = os.pathsep.join([str(ROOT), str(folder)])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def add_distribution(folder: Path, name: str, module: str) -> None:
    info = folder / f"{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[machina.components]\n{name} = {module}\n")


def test_an_installed_package_adds_its_components_and_a_broken_one_only_loses_its_own(tmp_path: Path) -> None:
    (tmp_path / "their_parts.py").write_text(THEIRS)
    add_distribution(tmp_path, "theirs", "their_parts")
    add_distribution(tmp_path, "broken", "nowhere_at_all")

    told = run(
        tmp_path,
        "from analysis.learning.components import find; from analysis.learning.components.registry import BROKEN;"
        "print(find('loss', 'theirs').title, list(BROKEN))",
    )

    assert told == "Their loss ['nowhere_at_all']"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("their_parts:theirs", "Their loss"),
        ("their_parts:undeclared", "“their_parts:undeclared” is no component."),
        ("their_parts:nobody", "“their_parts:nobody” is no component."),
        ("their_parts.more:theirs", "“their_parts.more” cannot be imported"),
        ("os:system", "The package of “os:system” is not allowed here."),
        ("their_parts_too:theirs", "The package of “their_parts_too:theirs” is not allowed here."),
    ],
)
def test_a_path_names_a_component_of_an_allowed_package(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "their_parts.py").write_text(THEIRS)

    said = run(
        tmp_path,
        "from analysis.learning.components import ComponentError, allow_packages, find\n"
        "allow_packages(['their_parts'])\n"
        f"try: print(find('loss', {path!r}).title)\n"
        "except ComponentError as error: print(error)",
    )

    assert told in said


def test_what_is_not_allowed_is_not_even_imported(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("print('imported')")

    said = run(
        tmp_path,
        "from analysis.learning.components import ComponentError, find\n"
        "try: find('loss', 'loud:theirs')\n"
        "except ComponentError: print('refused')",
    )

    assert said == "refused"


def test_the_recipe_is_true(tmp_path: Path) -> None:
    match = re.search(r"```python\n(.*?)```", RECIPE, re.DOTALL)
    assert match is not None
    (tmp_path / "recipe.py").write_text(match[1])

    said = run(
        tmp_path,
        "import recipe\n"
        "from analysis.learning.components import find\n"
        "from analysis.learning.components.graph import sketch\n"
        "made = find('model', 'my_perceptron')\n"
        "print(list(made.check({'layers': 2, 'rates': [0.1]})), made.title)",
    )

    assert "There are 2 layers, but 1 rates." in said
    assert said.endswith("A perceptron of ours")
