"""The commands about documents say everything, change nothing, need no database, and exit with the truth."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

DIGITS = Path(__file__).parents[3] / "examples" / "runs" / "digits_grid.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.yaml"
    text = DIGITS.read_text(encoding="utf-8").replace("type: mlp", "type: mpl").replace("[32, 64]", "[32, 0]")
    file.write_text(text, encoding="utf-8")
    return file


def test_a_document_in_order_is_counted_and_its_graph_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_config", str(DIGITS))

    told = capsys.readouterr().out
    assert "is in order. 12 settings by grid: 12 runs of 3 epochs." in told
    assert "learning_rate = 0.1 | 0.01 | 0.001" in told


def test_every_error_is_told_with_its_place_and_the_status_says_so(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        call_command("check_config", str(broken))

    told = capsys.readouterr().out
    assert exit_.value.code == 1
    assert "components.batches.config.size.sweep[1]: 0 cannot stand here." in told
    assert "components.network.type: There is no model of type “mpl”." in told
    assert "Did you mean “mlp”?" in told


def test_the_report_for_scripts_has_the_same(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("check_config", str(broken), "--json")
    paths = {problem["path"] for problem in json.loads(capsys.readouterr().out)["problems"]}

    call_command("check_config", str(DIGITS), "--json")
    report = json.loads(capsys.readouterr().out)

    assert {"components.batches.config.size.sweep[1]", "components.network.type"} <= paths
    assert (report["problems"], report["runs"], report["graph"]["root"]) == ([], 12, "trainer")


def test_the_graph_is_drawn_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_config", str(DIGITS), "--svg", str(tmp_path / "graph.svg"))

    assert (tmp_path / "graph.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_file_that_is_not_there_is_status_2() -> None:
    with pytest.raises(CommandError) as error:
        call_command("check_config", "nowhere.yaml")

    assert error.value.returncode == 2


def test_the_catalogue_lists_shows_and_gives_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("components", "optimiser")
    assert "sgd" in capsys.readouterr().out

    call_command("components", "optimiser", "sgd")
    assert "momentum: a number from 0 to 1 (not 1 itself). Default: 0.0." in capsys.readouterr().out

    call_command("components", "optimiser", "sgd", "--json")
    assert json.loads(capsys.readouterr().out)["properties"]["type"] == {"const": "sgd"}

    with pytest.raises(CommandError, match="Did you mean “optimiser”"):
        call_command("components", "optimizer")


def test_the_module_of_a_function_is_looked_for_where_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.path", [*sys.path])
    (tmp_path / "beside_it.py").write_text("def main(x):\n    return {'x': x}\n")
    document = tmp_path / "batch.yaml"
    document.write_text("procedure: function\nfunction: beside_it:main\nspecification: {x: [1, 2]}\n")

    call_command("check_config", str(document), "--path", str(tmp_path))

    assert "2 settings by grid" in capsys.readouterr().out


def test_an_empty_file_is_sent_to_an_example_of_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.yaml").touch()

    with pytest.raises(SystemExit):
        call_command("check_config", str(tmp_path / "empty.yaml"))

    assert "Start from examples/runs/digits_grid.yaml." in capsys.readouterr().out
