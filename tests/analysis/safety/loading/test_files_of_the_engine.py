"""The engine's CSV and metadata: read as the engine reads them where it is right, refused where it mis-reads."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.learning.data.folders import allow_folders
from analysis.safety.loading import NotUsable, load
from analysis.safety.loading.conditions import mask
from analysis.safety.loading.engine_files import EngineFiles
from experiments.types import JsonObject

HERE = Path(__file__).parents[3] / "reference" / "seldonian"
FACTS: list[dict[str, Any]] = [fact for fact in json.loads((HERE / "loader.json").read_text()) if "meta" in fact]
MISREAD = {"meta_i_too_few_names.json", "meta_j_too_many_names.json", "meta_k_two_labels.json"}
READ = [fact for fact in FACTS if "error" not in fact and fact["meta"] not in MISREAD]


@pytest.fixture(autouse=True)
def _files_of_the_engine() -> None:
    allow_folders([HERE / "loader"])


@pytest.mark.parametrize("fact", READ, ids=lambda fact: str(fact["meta"]))
def test_what_the_engine_reads_is_read_alike(fact: dict[str, Any]) -> None:
    source = EngineFiles(path="sup.csv", metadata=fact["meta"])
    table, declared = source.table(), source.declares()

    assert declared["features"] == fact["feature_names"]
    np.testing.assert_array_equal(
        np.stack([table.columns[name] for name in fact["feature_names"]], 1), fact["features"]
    )
    np.testing.assert_array_equal(table.columns[str(declared["label"])], fact["labels"])
    groups = [mask(table, name, ()) for name in source.read_metadata().sensitive]
    np.testing.assert_array_equal(np.array(groups).T.reshape(-1), np.array(fact["sensitive"]).reshape(-1))


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("meta_e_bad_sub.json", "There is no sub_regime 'bogus'"),
        ("meta_f_bad_regime.json", "not to 'reinforcement_learning'"),
        ("meta_g_missing_label.json", "The metadata has no “label_col_names”"),
        ("meta_h_unknown_sens.json", "names “Z”, which is no column"),
        ("meta_i_too_few_names.json", "names 4 columns; sup.csv has 5"),
        ("meta_j_too_many_names.json", "names 6 columns; sup.csv has 5"),
        ("meta_k_two_labels.json", "There must be one label, not 2"),
    ],
)
def test_what_the_engine_refuses_or_misreads_is_refused(metadata: str, said: str) -> None:
    with pytest.raises(NotUsable, match=said):
        load({"data": {"type": "engine", "path": "sup.csv", "metadata": metadata}})


def test_a_document_needs_nothing_but_the_two_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(18)
    rows = np.column_stack([np.arange(40) % 2, rng.normal(size=(40, 2)), np.arange(40) % 3 == 0]).astype(float)
    np.savetxt(tmp_path / "a.csv", rows, delimiter=",")
    said: JsonObject = {
        "regime": "supervised_learning", "sub_regime": "classification", "all_col_names": ["M", "x1", "x2", "y"],
        "label_col_names": ["y"], "sensitive_col_names": ["M"],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(said))
    allow_folders([tmp_path])
    loaded = load({"data": {"type": "engine", "path": "a.csv", "metadata": "a.json"}})

    assert loaded.features == ("x1", "x2")
    assert loaded.groups["M"].sum() == 20
    assert loaded.classes == (0, 1)
