"""A batch in MLflow's tracking format: what other tools find there."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from analysis.runs.working.worker import Errand, Worker
from tests.analysis.runs.walking import walks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mlruns(tmp_path: Path) -> Path:
    """A batch of one good and one broken walk, written."""
    walks([{"step": 1.0}, {"step": 2.0, "fail": "value"}])
    Worker().work(Errand(until_empty=True))
    call_command("export_mlflow", "walks-1", "--output", str(tmp_path / "mlruns"), stdout=StringIO())
    return tmp_path / "mlruns"


def only(folder: Path) -> Path:
    (found,) = (each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    return found


def run_folders(mlruns: Path) -> dict[int, Path]:
    """By their status."""
    folders = [each for each in only(mlruns).iterdir() if each.is_dir()]
    return {yaml.safe_load((each / "meta.yaml").read_text())["status"]: each for each in folders}


def test_runs_have_parameters_every_metric_by_epoch_and_their_status(mlruns: Path) -> None:
    runs = run_folders(mlruns)

    assert set(runs) == {3, 4}
    good = runs[3]
    assert (good / "params" / "step").read_text() == "1.0"
    points = [line.split() for line in (good / "metrics" / "validation" / "distance").read_text().splitlines()]
    assert [int(step) for _, _, step in points] == [1, 2, 3]
    assert (good / "tags" / "mlflow.runName").read_text() == "0001 step=1.0"
    assert (runs[4] / "tags" / "machina.error").read_text() == "the step leads nowhere"


def test_the_experiment_has_the_batchs_name(mlruns: Path) -> None:
    meta = yaml.safe_load((only(mlruns) / "meta.yaml").read_text())

    assert (meta["name"], meta["lifecycle_stage"], meta["experiment_id"]) == ("walks-1", "active", only(mlruns).name)


def test_written_again_it_replaces_itself(mlruns: Path) -> None:
    before = sorted(run_folders(mlruns).values())

    call_command("export_mlflow", "walks-1", "--output", str(mlruns), stdout=StringIO())

    assert sorted(run_folders(mlruns).values()) == before


def test_a_folder_with_other_things_in_it_is_left_alone(mlruns: Path, tmp_path: Path) -> None:
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("…")

    with pytest.raises(CommandError, match=r"chapter\.tex"):
        call_command("export_mlflow", "walks-1", "--output", str(other), stdout=StringIO())

    assert [each.name for each in other.iterdir()] == ["chapter.tex"]
