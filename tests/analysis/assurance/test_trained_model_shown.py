"""What passed is shown in a few lines: weights around a middle, rules by what they say."""

from analysis.assurance.trained_model import shown_model
from experiments.types import Json


def test_weights_are_ordered_by_how_far_they_move_the_score() -> None:
    shown = shown_model(
        {
            "type": "logistic",
            "parameters": 3,
            "weights": [{"name": "age", "weight": 0.1, "moves": 0.5}, {"name": "debt", "weight": -9, "moves": -1.0}],
        }
    )

    assert shown is not None
    assert [(line.label, line.value, line.start, line.width) for line in shown.lines] == [
        ("debt", "-1", 0.0, 50.0),
        ("age", "+0.5", 50.0, 25.0),
    ]


def test_rules_are_ordered_by_what_they_say() -> None:
    rules: list[Json] = [
        {"where": "age <= 30", "says": [0.25], "rows": 1200},
        {"where": "age > 30", "says": [0.75], "rows": 3},
    ]
    shown = shown_model({"type": "grown_trees", "parameters": 2, "rules": rules})

    assert shown is not None
    assert [(line.label, line.width, line.rows) for line in shown.lines] == [
        ("age > 30", 75.0, "3"),
        ("age <= 30", 25.0, "1,200"),
    ]


def test_a_model_of_many_parameters_and_an_older_report_show_nothing() -> None:
    assert shown_model({"type": "grown_trees", "parameters": 80}) is None
    assert shown_model({}) is None
