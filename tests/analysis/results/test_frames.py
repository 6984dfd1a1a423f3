"""Results in a notebook."""

from __future__ import annotations

import pytest

from analysis.results.frames import results, series, units
from experiments.errors import Unknown
from experiments.models import Experiment
from tests.analysis.results.conftest import assigned, measure, measured

pytestmark = pytest.mark.django_db


def test_answers_are_a_frame_with_a_row_for_each_question(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})

    found = results("soup").set_index("question")

    first = found.iloc[0]
    assert first["verdict"] == "better"
    assert first["low"] > 0
    assert len(series("soup", str(found.index[0]))) > 10


def test_units_are_a_frame_by_key(experiment: Experiment) -> None:
    one, two = assigned(experiment, "plain", "vivid", country="Chad", age=31)
    measure(experiment, one, "score", 5, 7)

    found = units("soup")

    assert found.loc[one.pk, "arm"] == "plain"
    assert found.loc[one.pk, "mean:score"] == 6
    assert found.loc[two.pk, "attribute:country"] == "Chad"
    assert found.loc[two.pk, "attribute:age"] == 31


def test_an_unknown_name_is_refused_with_the_known_ones(experiment: Experiment) -> None:
    with pytest.raises(Unknown, match="no experiment “nowhere”"):
        results("nowhere")
