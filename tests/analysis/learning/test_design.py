"""A document is expanded to settings x folds x seeds, each run with a seed of its own."""

from typing import cast

import pytest

from analysis.learning.components import ComponentError
from analysis.learning.running import Fold
from analysis.learning.search.design import design_findings, read_design
from experiments.problems import path_text
from experiments.types import JsonObject


def document(**changed: object) -> JsonObject:
    """The base scenario: 12 settings."""
    mlp = {"kind": "model", "type": "mlp", "config": {"hidden": {"sweep": [32, 64]}, "batch": {"sweep": [32, 64]}}}
    trainer = {"kind": "trainer", "type": "sgd", "config": {"rate": {"sweep": [0.1, 0.01, 0.001]}}}
    whole = {"procedure": "pipeline", "seed": 18, "epochs": 3, "components": {"mlp": mlp, "trainer": trainer}}
    return cast(JsonObject, {**whole, **changed})


def test_without_folds_a_run_is_a_setting() -> None:
    design = read_design(document())
    computations = list(design.computations(design.proposals()))

    assert len(computations) == 12
    assert {one.fold for one in computations} == {Fold()}
    assert {one.epochs for one in computations} == {3}


def test_five_folds_make_sixty_runs() -> None:
    design = read_design(document(validation={"scheme": "kfold", "folds": 5, "stratified": True}))

    assert len(list(design.computations(design.proposals()))) == 60


def test_every_run_has_a_seed_of_its_own_that_a_grown_grid_keeps() -> None:
    small = read_design(document(seeds=2))
    grown = read_design(document(seeds=3, components={**_components(), "more": {"config": {"x": {"sweep": [1]}}}}))
    same = read_design(document(seeds=3))
    seeds = [{one.seed for one in design.computations(design.proposals())} for design in (small, grown, same)]

    assert [len(each) for each in seeds] == [24, 36, 36]
    assert seeds[0] < seeds[2]
    assert seeds[0].isdisjoint(seeds[1])


def test_how_samples_are_divided_is_part_of_the_setting() -> None:
    three, five = (read_design(document(validation={"scheme": "kfold", "folds": n})) for n in (3, 5))
    setting = three.proposals()[0].setting

    assert cast(JsonObject, setting["validation"])["folds"] == 3
    assert isinstance(cast(JsonObject, setting["validation"])["seed"], int)
    assert next(three.computations(three.proposals())).setting_digest != (
        next(five.computations(five.proposals())).setting_digest
    )


def test_what_is_about_the_batch_is_not_part_of_the_setting() -> None:
    design = read_design(document(title="Digits", priority=3, search="grid"))

    assert design.proposals()[0].setting.keys() == {"components"}


def test_a_functions_lists_are_sweeps_but_only_in_its_specification() -> None:
    design = read_design(
        {"procedure": "function", "function": "m:f", "specification": {"n": [1, 2], "w": [[3, 4]]}, "other": [1, 2]}
    )

    assert [proposal.setting for proposal in design.proposals()] == [
        {"function": "m:f", "specification": {"n": n, "w": [3, 4]}, "other": [1, 2]} for n in (1, 2)
    ]


def test_excluded_settings_are_left_out() -> None:
    left_out = [{"mlp.hidden": 64, "trainer.rate": {"from": 0.1}}, {"components.mlp.config.batch": [64]}]
    settings = [
        p.built.choices for p in read_design(document(search={"kind": "grid", "exclusions": left_out})).proposals()
    ]

    assert settings == [
        {"mlp.hidden": 32, "mlp.batch": 32, "trainer.rate": 0.1},
        {"mlp.hidden": 32, "mlp.batch": 32, "trainer.rate": 0.01},
        {"mlp.hidden": 32, "mlp.batch": 32, "trainer.rate": 0.001},
        {"mlp.hidden": 64, "mlp.batch": 32, "trainer.rate": 0.01},
        {"mlp.hidden": 64, "mlp.batch": 32, "trainer.rate": 0.001},
    ]


@pytest.mark.parametrize(
    ("changed", "path", "sentence"),
    [
        ({"search": {"kind": "gird"}}, "search.kind", "Did you mean “grid”?"),
        ({"search": {"kind": "grid", "exclusions": [{}]}}, "search.exclusions[0]", "mapping"),
        ({"seeds": 0}, "seeds", "from 1 to"),
        ({"validation": {"scheme": "kfold", "folds": 1}}, "validation.folds", "from 2 to"),
        ({"stopping": {"x": {"sweep": []}}}, "stopping.x.sweep", "no values"),
        ({"stopping": {"x": {"random": {"uniform": [0, 1]}}}}, "stopping.x", "no end"),
        (
            {"stopping": {"x": {"sweep": [1], "when": {"stopping.x": 1}}}},
            "stopping.x",
            "wait for each other",
        ),
    ],
)
def test_what_cannot_be_computed_is_told_with_its_path(changed: dict[str, object], path: str, sentence: str) -> None:
    findings = list(design_findings(document(**changed)))

    assert [path_text(where) for where, _, _ in findings] == [path]
    assert sentence in " ".join(findings[0][1:])


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ComponentError) as refused:
        read_design(document(seeds=0, search={"kind": "x"}, stopping={"sweep": []}))

    assert [path_text(where) for where, _, _ in refused.value.findings] == ["seeds", "search.kind", "stopping.sweep"]


def test_too_many_settings_are_refused() -> None:
    design = read_design({"a": {"range": {"from": 1, "to": 1000}}, "b": {"range": {"from": 1, "to": 1000}}})

    with pytest.raises(ValueError, match="more than 100,000 settings"):
        design.proposals()


def _components() -> JsonObject:
    return cast(JsonObject, document()["components"])
