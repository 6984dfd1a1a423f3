"""Two parts of a sorted file are different people: what holds on one says nothing of the other."""

import numpy as np
import pytest

from analysis.safety.carrying_out import staged
from analysis.safety.loading import NotUsable
from experiments.types import JsonObject
from tests.analysis.safety.loading.tables import Folder, applicants

DEMANDED: JsonObject = {"constraints": [{"text": "FPR <= 0.5"}], "model": "logistic"}


@pytest.mark.parametrize("mode", ["default", "engine-compatible"])
@pytest.mark.parametrize(("column", "named"), [("paid", "label"), ("sex", "group")])
def test_an_ordered_split_of_a_sorted_file(folder: Folder, mode: str, column: str, named: str) -> None:
    frame = applicants(400).sort_values(column)
    setting = folder.setting(frame, safety={"split": "ordered"}, mode=mode, **DEMANDED)

    with pytest.raises(NotUsable, match=f"safety.split: The file is in order of its {named}"):
        staged(setting)


def test_a_stratified_split_of_a_sorted_file_is_fine(folder: Folder) -> None:
    stage = staged(folder.setting(applicants(400).sort_values("paid"), **DEMANDED))

    assert len(stage.parts.safety) == 240


@pytest.mark.parametrize("seed", range(20))
def test_an_ordered_split_of_a_file_in_no_order_is_fine(folder: Folder, seed: int) -> None:
    frame = applicants(400)
    shuffled = frame.iloc[np.random.default_rng(seed).permutation(len(frame))]

    assert len(staged(folder.setting(shuffled, safety={"split": "ordered"}, **DEMANDED)).parts.safety) == 240
