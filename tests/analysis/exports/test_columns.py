"""The columns of `wide`, and what the codebook says, come from the definitions alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.exports import TABLES, Options, ordered_tables
from analysis.exports.columns import Column, Row
from experiments.models import Experiment, Study
from experiments.services.lifecycle import start_experiment
from experiments.services.measuring import Given, record_measurements
from experiments.services.study_file import import_study
from experiments.services.versions import publish_version
from experiments.types import Json
from experiments.yaml_file import load
from tests import factories, studies
from tests.exported import AT, FORMULA, JUDGED, REMARK, make_collected

pytestmark = pytest.mark.django_db
EXAMPLES = [path for path in studies.EXAMPLES.rglob("*.yaml") if "\nstudy:" in path.read_text("utf-8")]
EXAMPLES = [path for path in EXAMPLES if "template" not in path.name and "unit_kind: visitor" not in path.read_text()]


def table_of(experiment: Experiment, name: str) -> list[dict[str, object]]:
    names = [column.name for column in TABLES[name].columns(experiment)]
    return [dict(zip(names, row, strict=True)) for row in TABLES[name].rows(experiment, Options())]


def named(experiment: Experiment, name: str) -> dict[str, Column]:
    return {column.name: column for column in TABLES[name].columns(experiment)}


def test_wide_has_a_column_for_every_place_that_can_yield_a_value() -> None:
    columns = list(named(make_collected(sessions=0), "wide"))

    assert columns[columns.index("measurements_elsewhere") + 1 :] == [
        "score.compare.a.size-3",
        "score.compare.a.size-8",
        "score.compare.b.size-3",
        "score.compare.b.size-8",
        "trusted.compare.a.size-3",
        "trusted.compare.a.size-8",
        "trusted.compare.b.size-3",
        "trusted.compare.b.size-8",
        "judged.end.clear",
        "judged.end.fun",
        "remark.end",
        "clicked",
    ]


def test_wide_holds_every_value_of_long() -> None:
    experiment = make_collected(sessions=4)
    long, wide = table_of(experiment, "long"), table_of(experiment, "wide")

    found = sum(value is not None for row in wide for value in list(row.values())[-12:])

    assert len(wide) == 4
    assert found == len(long) == sum(int(str(row["measurements"])) for row in wide) > 4 * 6
    assert {row["measurements_elsewhere"] for row in wide} == {0}


def test_wide_and_long_agree_on_each_value() -> None:
    experiment = make_collected(sessions=4)
    wide = {row["unit"]: row for row in table_of(experiment, "wide")}

    for row in table_of(experiment, "long"):
        if row["measure"] == "score":
            column = f"score.compare.{row['case']}.size-{int(str(row['factor.size'])[0])}"
            assert wide[row["unit"]][column] == row["number"]
            assert wide[row["unit"]]["factor.frame"] == row["factor.frame"]


def test_a_measurement_without_a_column_is_counted_and_a_later_one_stands() -> None:
    experiment = make_collected(sessions=1)
    unit = experiment.units.get(is_rehearsal=False)
    lost = Given(unit, "score", 5, "lost", context={"step": "nowhere"})
    clicks = [Given(unit, "clicked", value, f"click-{value}") for value in (True, False)]

    record_measurements(experiment, [lost, *clicks], now=AT)

    (row,) = table_of(experiment, "wide")
    assert row["clicked"] is False
    assert row["measurements_elsewhere"] == 2


def test_a_new_version_adds_columns_and_takes_none_away() -> None:
    experiment = make_collected(sessions=1)
    before = list(named(experiment, "wide"))
    more: Json = [JUDGED, REMARK, {**REMARK, "name": "more"}]
    experiment.steps.filter(name="end").update(components=more)

    publish_version(experiment)
    after = list(named(experiment, "wide"))

    assert [name for name in after if name in before] == before
    assert set(after) - set(before) == {"remark.end.more"}


def test_free_text_is_there_and_marked() -> None:
    experiment = make_collected(sessions=1)

    assert table_of(experiment, "wide")[0]["remark.end"] == FORMULA
    assert named(experiment, "wide")["remark.end"].holds_free_text
    assert named(experiment, "long")["value"].holds_free_text
    assert named(experiment, "trials")["answer.remark"].holds_free_text
    assert not named(experiment, "wide")["score.compare.a.size-3"].holds_free_text


def test_the_codebook_tells_range_question_and_options() -> None:
    experiment = make_collected(sessions=0)
    codebook = {(row["table"], row["column"]): row for row in table_of(experiment, "codebook")}

    judged = codebook["wide", "judged.end.clear"]
    assert (judged["low"], judged["high"], judged["question"]) == (1, 5, "Do you agree? It was clear.")
    assert judged["options"][0] == {"value": 1, "label": "not at all"}  # type: ignore[index]  # a list, as JSON
    trusted = codebook["wide", "trusted.compare.a.size-3"]
    assert trusted["options"] == [{"value": "k", "label": "K"}, {"value": "m", "label": "M"}]
    assert codebook["long", "factor.frame"]["options"] == ["plain", "vivid"]
    assert codebook["trials", "duration_ms"]["unit"] == "ms"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name + "/" + path.name)
def test_the_codebook_of_every_example_is_complete(path: Path) -> None:
    experiment = start_experiment(imported(path).experiments.get())
    codebook = table_of(experiment, "codebook")

    for table in ordered_tables():
        described = [row["column"] for row in codebook if row["table"] == table.name]
        assert described == [column.name for column in table.columns(experiment)]
    assert all(row["description"] for row in codebook)
    asked = [row for row in codebook if row["table"] == "wide" and "." in str(row["column"])]
    measured = [row for row in asked if not str(row["column"]).startswith("factor.")]
    assert measured
    assert all(row["question"] for row in measured)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name + "/" + path.name)
def test_everything_measured_in_every_example_has_its_place_in_wide(path: Path) -> None:
    experiment = start_experiment(imported(path).experiments.get())
    people = (factories.make_session(experiment, pages=None, external_id=f"person-{n}") for n in range(20))
    assert any(session.status == "completed" for session in people)  # some are screened out

    rows = table_of(experiment, "wide")

    assert any(int(str(row["measurements"])) for row in rows)
    assert {row["measurements_elsewhere"] for row in rows} == {0}


def imported(path: Path) -> Study:
    document, _ = load(path.read_bytes())
    assert isinstance(document, dict)
    return import_study(document)


def test_rows_come_by_unit_in_the_order_they_came() -> None:
    rows: list[Row] = list(TABLES["long"].rows(make_collected(sessions=3), Options()))
    units = [row[0] for row in rows]

    assert units == [unit for unit in dict.fromkeys(units) for _ in range(units.count(unit))]
