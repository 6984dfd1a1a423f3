"""The document of a batch is refused with everything that is wrong in it, each with line, path and a way on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import jsonschema
import pytest

from analysis.learning.components.picture import draw
from analysis.learning.components.schema import catalogue, components_schema
from analysis.learning.components.svg import as_svg
from analysis.learning.document import SECTIONS, Checked, check_document, check_text, document_schema
from analysis.learning.pipeline import Pipeline
from analysis.learning.search.design import ABOUT_THE_BATCH
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load
from tests.analysis.learning.pipelines import pipeline, small_components

EXAMPLES = Path(__file__).parents[3] / "examples" / "runs"


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_components():
        yield


def document(**sections: Json) -> dict[str, Json]:
    return {"procedure": "pipeline", "seed": 18, "epochs": 3, "components": pipeline(), **sections}


def said(checked: Checked) -> dict[str, str]:
    return {problem.path: problem.message for problem in checked.problems}


def test_a_document_in_order_has_a_design() -> None:
    components = pipeline()
    components["net"]["config"] = {"hidden": [{"sweep": [8, 16]}], "rate": {"sweep": [0.1, 0.01]}}

    checked = check_document(document(components=components, validation={"scheme": "kfold", "folds": 5}))

    assert checked.problems == []
    assert checked.design is not None
    assert len(list(checked.design.computations(checked.design.proposals()))) == 4 * 5
    assert checked.root == "loop"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_in_order(file: Path) -> None:
    if "procedure: function" in file.read_text(encoding="utf-8"):
        pytest.skip("whoever runs it names the function")

    assert check_text(file.read_bytes()).problems == []


def test_all_errors_of_all_sections_come_at_once_with_their_lines() -> None:
    text = dump(
        {
            **document(epochs=0, serach={"kind": "grid"}, measure={"name": "f1", "direction": "up"}),
            "checkpoints": {"kind": "lst"},
            "search": {"kind": "gird"},
            "components": {**pipeline(), "more": {"kind": "modle", "type": "small"}},
        }
    )

    checked = check_text(text)

    assert said(checked) == {
        "epochs": "0 cannot stand here.",
        "serach": "A document has no section “serach”.",
        "measure.direction": "“up” cannot stand here.",
        "checkpoints.kind": "There is no kind “lst”.",
        "search.kind": "There is no kind “gird”.",
        "components.more.kind": "There is no kind “modle”.",
    }
    lines = text.splitlines()
    for problem in checked.problems:
        assert problem.path.rpartition(".")[2] in lines[problem.line - 1]
    assert checked.design is None


def test_what_is_the_same_for_all_runs_cannot_be_swept() -> None:
    swept: Json = {"sweep": [1, 2]}

    checked = check_document(document(priority=swept, checkpoints={"kind": "last", "count": swept}))

    assert set(said(checked).values()) == {
        "“priority” is the same for all runs: nothing in it can be swept.",
        "“checkpoints” is the same for all runs: nothing in it can be swept.",
    }


def test_validation_and_stopping_can_be_swept() -> None:
    schemes: Json = {"sweep": [{"scheme": "kfold", "folds": 2}, {"scheme": "kfold", "folds": 3}]}

    checked = check_document(document(validation=schemes, stopping={"kind": "patience", "epochs": {"sweep": [1, 2]}}))

    assert checked.problems == []
    assert checked.design is not None
    assert len(list(checked.design.computations(checked.design.proposals()))) == 2 * 2 + 2 * 3


def test_a_rule_between_parameters_that_only_some_settings_break_is_told_with_the_setting() -> None:
    components = pipeline()
    components["net"]["config"] = {"hidden": [8, 8], "activation": {"sweep": ["relu", "tanh"]}}

    (problem,) = check_document(document(components=components)).problems

    assert problem.path == "components.net.config.activation"
    assert "activation = tanh" in problem.hint


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "procedure: pipeline", "procedure: x", "components: 5", "{}"])
def test_whatever_a_file_says_is_answered_with_a_sentence(text: str) -> None:
    checked = check_text(text)

    assert checked.problems
    assert all(problem.message for problem in checked.problems)


def test_a_document_of_one_procedure_has_no_sections_of_another() -> None:
    checked = check_document(document(function="os:getcwd"))

    assert said(checked) == {"function": "A pipeline has no function."}


def test_a_misspelt_procedure_is_the_one_thing_said() -> None:
    """Its sections are those of the one that was meant."""
    shared: JsonObject = {"data": {"type": "made_up"}, "constraints": [{"text": "PR <= 0.5"}]}

    checked = check_document({"procedure": "saef", "seed": 18, **shared})

    assert said(checked) == {"procedure": "There is no procedure “saef”."}


def test_a_figure_or_a_split_that_nobody_knows_is_remarked_upon() -> None:
    checked = check_document(document(measure={"name": "acuracy", "split": "validaton"}))

    assert checked.problems == []
    assert [(each.path, each.hint) for each in checked.remarks] == [
        ("measure.name", "Did you mean “accuracy”?"),
        ("measure.split", "Did you mean “validation”?"),
    ]


def test_a_direction_that_looks_for_the_worst_is_remarked_upon() -> None:
    (remark,) = check_document(document(measure={"name": "f1_macro", "direction": "minimise"})).remarks

    assert (remark.path, remark.hint) == ("measure.direction", "Write direction: maximise.")


def test_rooms_above_look_at_sections_of_their_own() -> None:
    checked = check_document(document(hooks=[{"on": "run_failed"}]))

    assert list(said(checked)) == ["hooks[0]"]


def test_every_section_of_the_batch_is_known_here() -> None:
    assert set(SECTIONS) >= ABOUT_THE_BATCH
    in_the_setting = {"components", "validation", "measure", "stopping", "checkpoints", "function", "specification"}
    assert set(SECTIONS) - ABOUT_THE_BATCH == in_the_setting


def test_the_schemas_accept_the_examples() -> None:
    for file in sorted(EXAMPLES.glob("*.yaml")):
        content = cast(JsonObject, load(file.read_bytes())[0])
        jsonschema.validate(content, document_schema())
        jsonschema.validate(content.get("components", {}), components_schema())


def test_the_schema_refuses_what_the_registry_refuses() -> None:
    schema = components_schema()
    configs: list[JsonObject] = [{"rate": 2}, {"hidden": []}, {"hiden": [1]}, {}]
    for wrong in configs:
        components = pipeline()
        components["net"]["config"] = wrong

        assert Pipeline().faults({"components": components})
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(components, schema)


def test_the_catalogue_names_every_kind_once() -> None:
    kinds = [entry["kind"] for entry in catalogue()]

    assert len(set(kinds)) == len(kinds)
    assert {"dataset", "model", "trainer"} <= set(kinds)


def test_the_picture_has_a_box_for_every_component_and_a_line_for_every_wire() -> None:
    picture = draw(check_document(document()).sketch.nodes)

    assert [box.name for box in sorted(picture.boxes, key=lambda box: box.x)] == ["rows", "parts", "net", "loop"]
    assert {(line.source, line.target) for line in picture.lines} == {
        ("rows", "parts"),
        ("parts", "net"),
        ("parts", "loop"),
        ("net", "loop"),
    }
    assert all(box.x + box.width <= picture.width and box.y + box.height <= picture.height for box in picture.boxes)


def test_the_picture_escapes_what_people_write() -> None:
    components = pipeline()
    components["net"]["config"] = {"hidden": [8], "<script>": 1}

    assert "<script>" not in as_svg(draw(check_document(document(components=components)).sketch.nodes))


def test_a_pipeline_with_a_circle_is_drawn_without_the_line_that_closes_it() -> None:
    components = pipeline()
    components["rows"] = {"kind": "model", "type": "small", "config": {"hidden": [1]}, "requirements": {"train": "net"}}
    components["net"]["requirements"] = {"train": "rows"}

    assert len(draw(check_document(document(components=components)).sketch.nodes).boxes) == 4
