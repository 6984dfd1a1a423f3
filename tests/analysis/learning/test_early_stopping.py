"""When each strategy stops, and when it does not."""

import math

import pytest

from analysis.learning.agreement import disagreements, disagreements_in
from analysis.learning.components import ComponentError
from analysis.learning.strategies import STOPPING, Epoch, Last, parse_checkpoints, parse_stopping
from analysis.learning.validation import parse_validation
from experiments.types import Json


def stops_after(spec: Json, values: list[float], peers: list[dict[int, float]] | None = None) -> int | None:
    """The epoch after which it stops; None: never."""
    strategy = STOPPING.parse(spec)
    seen: list[Epoch] = []
    for number, value in enumerate(values, start=1):
        seen.append(Epoch(number, {"validation/loss": value, "train/loss": value}))
        if strategy.reason_to_stop(seen, peers or []):
            return number
    return None


def test_a_constant_figure_ends_after_four_epochs_with_a_window_of_five() -> None:
    """Scenario S6: 4 evaluations of 3 splits, 12 results."""
    constant: Json = {"kind": "last_k_improvement", "window": 5, "min_improvement": 0.01}

    assert stops_after(constant, [0.7] * 10) == 4


def test_the_figure_before_training_counts_where_it_was_measured() -> None:
    strategy = STOPPING.parse({"kind": "last_k_improvement", "window": 3, "min_improvement": 0.1})
    falling = [Epoch(number, {"validation/loss": loss}) for number, loss in enumerate([2.0, 1.0, 1.0])]

    assert strategy.reason_to_stop(falling) is None
    assert strategy.reason_to_stop(falling[1:])


def test_a_falling_loss_goes_on_however_much_is_asked_of_each_step() -> None:
    """MLgym's stopped here at once where it asked for 10 % and more."""
    assert stops_after({"kind": "last_k_improvement", "window": 3, "min_improvement": 0.2}, [2.3, 1.5, 1.0]) is None


def test_one_step_that_improved_enough_keeps_the_whole_window_going() -> None:
    spec: Json = {"kind": "last_k_improvement", "window": 3, "min_improvement": 0.05}

    assert stops_after(spec, [1.0, 0.9, 0.9, 0.8, 0.8, 0.8]) == 6


def test_improvements_are_relative_to_the_absolute_value_in_either_direction() -> None:
    spec: dict[str, Json] = {"kind": "last_k_improvement", "window": 2, "min_improvement": 0.1}

    assert stops_after({**spec, "direction": "maximise"}, [-1.0, -0.85, -0.8]) == 1  # nothing before the first
    assert stops_after({**spec, "window": 3, "direction": "maximise"}, [-1.0, -0.85, -0.8, -0.79]) == 4
    assert stops_after({**spec, "window": 3}, [0.0, -1.0, -2.0]) is None  # from 0 any fall is an infinite one


def test_patience_counts_epochs_since_the_best() -> None:
    assert stops_after({"kind": "patience", "epochs": 2}, [3.0, 2.0, 2.5, 1.9, 1.95, 1.92, 1.0]) == 6
    assert stops_after({"kind": "patience", "epochs": 2, "min_change": 0.2}, [3.0, 2.0, 1.9, 1.85]) == 4


def test_a_figure_that_is_no_number_is_never_better() -> None:
    assert stops_after({"kind": "patience", "epochs": 2}, [1.0, math.nan, math.nan]) == 3
    assert stops_after("not_finite", [1.0, math.inf]) == 2
    assert stops_after("patience", [math.nan] * 12) == 11


def test_a_threshold_ends_a_run_that_is_good_enough_or_hopeless() -> None:
    assert stops_after({"kind": "threshold", "good_enough": 0.5}, [1.0, 0.5]) == 2
    assert stops_after({"kind": "threshold", "hopeless": 5, "patience": 2}, [9.0, 9.0, 5.0, 6.0]) == 4
    assert stops_after({"kind": "threshold", "good_enough": 0.5, "hopeless": 5}, [math.nan]) == 1


def test_a_threshold_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ComponentError, match="It would never stop"):
        STOPPING.parse("threshold")
    with pytest.raises(ComponentError, match="What is hopeless is better"):
        STOPPING.parse({"kind": "threshold", "good_enough": 0.5, "hopeless": 0.1})


def test_a_run_worse_than_the_median_of_the_others_is_stopped() -> None:
    others = [{1: loss, 2: loss, 3: loss} for loss in (0.5, 1.0, 1.5)]
    spec: Json = {"kind": "median", "after": 1, "least_runs": 3}

    assert stops_after(spec, [2.0, 1.2, 1.1], others) == 2
    assert stops_after(spec, [2.0, 0.9, 3.0], others) is None  # its best so far is what counts
    assert stops_after(spec, [2.0, 1.2, 1.1], others[:2]) is None


def test_others_that_did_not_come_as_far_say_nothing() -> None:
    assert stops_after({"kind": "median", "least_runs": 1}, [2.0, 2.0], [{1: 0.1}]) is None


def test_any_of_several_reasons_ends_a_run_and_is_the_one_told() -> None:
    spec: Json = {"kind": "any_of", "of": [{"kind": "patience", "epochs": 5}, "not_finite"]}

    assert stops_after(spec, [1.0, math.nan]) == 2
    assert STOPPING.parse(spec).watches() == (("validation", "loss"), ("train", "loss"))


def test_every_fault_within_is_told_with_its_path() -> None:
    with pytest.raises(ComponentError) as refusal:
        parse_stopping({"kind": "any_of", "of": ["patience", {"kind": "patience", "epochs": 0}, "pacience"]})

    assert [(path, hint) for path, _, hint in refusal.value.findings] == [
        (("stopping", "of", 1, "epochs"), "Write a whole number from 1 to 1000000."),
        (("stopping", "of", 2), "Did you mean “patience”?"),
    ]


def test_a_strategy_that_watches_what_outer_folds_lack_is_refused_before_anything_runs() -> None:
    nested = parse_validation("nested")
    stopping = parse_stopping("patience")

    [(path, message, hint)] = disagreements(nested, stopping=stopping, checkpoints=Last())
    assert (path, message) == (("stopping",), "It watches validation, which not every fold has.")
    assert "outer_validation" in hint
    enough = parse_validation({"scheme": "nested", "outer_validation": 0.1})
    assert not list(disagreements(enough, stopping=stopping, checkpoints=parse_checkpoints("best")))


def test_the_document_of_a_batch_is_refused_for_it() -> None:
    document: dict[str, Json] = {"validation": "nested", "stopping": "patience"}

    assert [path for path, _, _ in disagreements_in(document)] == [("stopping",)]
    assert not list(disagreements_in({**document, "stopping": {"kind": "patience", "split": "train"}}))
    assert not list(disagreements_in({**document, "stopping": {"sweep": ["patience", "not_finite"]}}))
