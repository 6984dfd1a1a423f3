"""The examples in docstrings are true."""

import doctest
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("analysis", "bandits", "crowd", "experiments", "machina_site", "participants")


def modules_with_examples() -> list[str]:
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    found = sorted(path.relative_to(ROOT) for path in files if ">>> " in path.read_text(encoding="utf-8"))
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in found]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of(name: str) -> None:
    results = doctest.testmod(import_module(name))

    assert results.attempted > 0
    assert results.failed == 0


def test_the_policies_bring_nothing_heavy_into_a_web_process() -> None:
    program = (
        "import sys, bandits.policies, bandits.policies.layers, experiments.factorial, participants.flow.orders,"
        " analysis.statistics.sample_ratio, analysis.statistics.proportions, analysis.statistics.quantiles;"
        "sys.exit(', '.join({'numpy', 'scipy', 'pandas', 'django'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
