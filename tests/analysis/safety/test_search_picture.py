"""The picture of a search says what the trace says, whatever the trace holds."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from analysis.safety.pictures.panel import MOST_POINTS, Curve, frame_of, panel, thinned
from analysis.safety.pictures.search import Course, panels, picture
from analysis.safety.terms import Trace

NAMES = ["PR <= 0.5", 'max((FPR | [M]), (FPR | [F])) <= 0.2 "quoted" & more']


def trace(n: int = 50, best: int = 30) -> Trace:
    t = np.arange(n, dtype=float)
    bounds, weights = np.column_stack([1 - t / 20, np.sin(t)]), np.column_stack([t, t / 2])
    objective = 1 / (1 + t)
    return Trace(objective, weights, bounds, objective + (weights * bounds).sum(axis=1), best)


def test_it_is_whole_xml_with_two_curves_and_two_of_each_constraint() -> None:
    root = Xml.fromstring(picture(Course.of(trace()), NAMES))  # noqa: S314 — our own text

    assert len([each for each in root if each.tag.endswith("svg")]) == 6


def test_it_has_no_styles_and_asks_for_nothing_from_elsewhere() -> None:
    drawn = picture(Course.of(trace()), NAMES)

    assert "style=" not in drawn
    assert "href" not in drawn


def test_no_two_marks_of_an_axis_read_alike() -> None:
    """Of an objective that hardly moves, over two iterations."""
    root = Xml.fromstring(panel(Curve("Objective", "objective", [(0, 0.69310), (1, 0.69312)], 1.0)))  # noqa: S314 — ours

    marks = [each.text for each in root.iter() if each.tag.endswith("text")][1:]
    assert len(marks) == len(set(marks)) > 4


def test_names_are_escaped() -> None:
    assert "&quot;quoted&quot; &amp; more" in picture(Course.of(trace()), NAMES)


def test_a_name_for_every_constraint_is_asked_for() -> None:
    with pytest.raises(ValueError, match="names has 1 texts; the trace has 2 constraints"):
        picture(Course.of(trace()), NAMES[:1])


def test_words_say_what_was_chosen() -> None:
    spoken = panels(Course.of(trace()), NAMES)[0]["spoken"]

    assert spoken == "Objective: from 1 to 0.02, lowest 0.02; the chosen iteration has 0.03226."


def test_what_is_not_finite_leaves_a_gap_and_comes_back_from_json() -> None:
    broken = trace()
    broken.objective[10:20] = np.nan
    broken.bounds[3, 0] = np.inf
    course = Course.of(broken)

    assert panel(Curve("Objective", "objective", list(enumerate(course.objective)))).count("<polyline") == 2
    assert repr(Course.parse(course.as_json())) == repr(course)


def test_a_search_that_saw_nothing_is_drawn_empty() -> None:
    nothing = Trace(np.empty(0), np.empty((0, 2)), np.empty((0, 2)), np.empty(0), -1)

    assert "nothing finite" in picture(Course.of(nothing), NAMES)


@pytest.mark.parametrize("n", [1, 2, 1999, 2000, 2001, 5000])
def test_of_long_traces_two_thousand_are_kept_and_the_best_among_them(n: int) -> None:
    best = n // 3
    course = Course.of(trace(n, best))

    assert len(course.iterations) <= 2001
    assert best in course.iterations
    assert {0, n - 1} <= set(course.iterations)


def test_no_peak_is_lost_where_points_are_many() -> None:
    points = [(float(at), 0.0) for at in range(10 * MOST_POINTS)]
    points[4321] = (4321.0, 9.0)

    kept = thinned(points)

    assert len(kept) <= MOST_POINTS
    assert (4321.0, 9.0) in kept


def test_a_few_values_far_out_do_not_press_the_others_flat() -> None:
    points = [(float(at), 1e6 if at < 3 else float(at % 7)) for at in range(200)]

    assert frame_of(Curve("Lagrangian", "lagrangian", points)).high < 10


def test_the_table_has_a_row_for_each_iteration() -> None:
    table = Course.of(trace()).table()

    assert table[0][:4] == ["iteration", "objective", "bound_1", "bound_2"]
    assert [row[0] for row in table if row[-1] is True] == [30]


def test_something_else_is_no_trace() -> None:
    with pytest.raises(ValueError, match="no trace of a search"):
        Course.parse({"objective": [1, 2]})
