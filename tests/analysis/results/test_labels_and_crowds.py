"""What an interval promises stands beside it wherever it is shown; and names, or levels without end, break nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from analysis.registered.document import Contrast, ContrastKind, Method, Plan
from analysis.results.asking.cells import cells
from analysis.results.asking.series import series
from analysis.results.columns import MOST_CELLS, Columns, joined
from analysis.results.keeping.kept import Kept
from analysis.results.keeping.needs import Need
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.reporting import freeze_report
from analysis.results.showing.files import table_file
from analysis.results.showing.gathering import pictures_of
from analysis.results.showing.papers.printing import report_as
from analysis.results.showing.tables import as_csv, as_latex
from analysis.results.sources import Cursor
from analysis.statistics.words import Validity
from experiments.models import Experiment, Role
from experiments.services.recording import Sent, record_sent
from experiments.types import Json
from tests.analysis.results.conftest import assigned, measure
from tests.analysis.results.test_ways import ASKED, said, setting
from tests.factories import make_experiment, make_user

ALWAYS = replace(ASKED, method=Method.ANYTIME)
ARMS = np.tile([1.0, 2.0], 100)
NASTY = "=1+1 <script>alert(1)</script> $x$ #set & a_b \\x \\input{y} % \" ' * [2] \U0001f355\x07"
WITHIN = replace(ALWAYS, contrast=Contrast(ContrastKind.WITHIN, factor="set", level="hard", baseline="easy"))


def test_means_of_arms_hold_at_every_look_only_while_each_units_value_is_settled() -> None:
    once = setting(np.arange(200.0), ARMS, low=0, high=200)
    twice = setting(np.arange(200.0), ARMS, low=0, high=200, count__score=np.where(np.arange(200) == 7, 2.0, 1.0))

    assert {each.validity for each in cells(once, "score").cells if each.n} == {Validity.ANYTIME}
    assert {each.validity for each in cells(twice, "score").cells if each.n} == {Validity.FIXED}


def test_means_by_level_are_settled_while_each_unit_met_each_once() -> None:
    by_level: dict[str, Any] = {f'mean__score@{{"set":"{level}"}}': np.arange(200.0) for level in ("easy", "hard")}
    once = setting(np.arange(200.0), ARMS, count__score=np.full(200, 2.0), **by_level)
    again = setting(np.arange(200.0), ARMS, count__score=np.full(200, 3.0), **by_level)

    assert Validity.FIXED not in {each.validity for each in cells(once, "score").cells}
    assert {each.validity for each in cells(again, "score").cells if each.n} == {Validity.FIXED}


def test_a_course_is_of_one_look_from_the_first_unit_on_that_was_measured_again() -> None:
    known = setting(np.arange(200.0), ARMS, count__score=np.where(np.arange(200) == 100, 2.0, 1.0))

    found = {each.n: each.estimate.validity for each in series(ALWAYS, known, level=0.05) if each.estimate}

    assert {held for n, held in found.items() if n <= 100} == {Validity.ASYMPTOTIC}
    assert {held for n, held in found.items() if n > 100} == {Validity.FIXED}


@pytest.fixture
def stew(db: None) -> Experiment:
    measures: list[Json] = [
        {"name": f"m{n}", "title": f"{NASTY} {n}", "kind": "number", "role": "primary" if n < 2 else "secondary"}
        for n in range(60)
    ]
    arms: list[Json] = [
        {"name": NASTY, "levels": {"frame": "plain"}, "is_control": True},
        {"name": "[b] *", "levels": {"frame": "vivid"}},
    ]
    return make_experiment(slug="stew", measures=measures, arms=arms)


def test_sixty_measures_with_names_that_are_markup_somewhere_are_words_everywhere(stew: Experiment) -> None:
    for number, unit in enumerate(assigned(stew, *[NASTY, "[b] *"] * 6)):
        measure(stew, unit, "m0", number)
    fold(stew, now=timezone.now())
    report = freeze_report(stew, title=NASTY, now=timezone.now())

    assert len(analyse(stew).answers) >= 60
    assert all(ET.fromstring(each.svg) is not None for each in pictures_of(stew, is_rehearsal=False))  # noqa: S314  # our own
    assert report_as(report, "pdf").content.startswith(b"%PDF")
    assert "<script>" not in report_as(report, "html").content.decode()
    table = table_file(stew, "tex", is_rehearsal=False).content.decode()
    assert "\x07" not in table
    assert not any(line.lstrip().startswith(("[", "*")) for line in table.splitlines())


def test_a_row_that_begins_with_a_bracket_does_not_belong_to_the_end_of_the_one_before() -> None:
    assert as_latex(("a", "b"), (("[x]", "1"), ("*", "2")), caption="c", numbers=1).count("{[}x{]} & 1") == 1
    assert "{*} & 2" in as_latex(("a", "b"), (("[x]", "1"), ("*", "2")), caption="c", numbers=1)


@pytest.mark.parametrize("text", ["=1", "\n=1", "\N{FULLWIDTH EQUALS SIGN}1", "'=1", "@x", "\t=1"])
def test_no_cell_of_answers_is_a_formula(text: str) -> None:
    assert as_csv([{"a": text}]).splitlines()[1].lstrip('"').startswith("'")


@pytest.fixture
def soup_of_trials(db: None) -> Experiment:
    """A program that sends the number of the trial among within-levels."""
    found = make_experiment(
        slug="trials",
        factors=[{"name": "set", "scope": "within", "levels": ["easy", "hard"]}],
        measures=[{"name": "score", "kind": "number", "role": "primary"}],
    )
    (unit,) = assigned(found, found.arms.get().name)
    levels: list[Json] = [{"set": ["easy", "hard"][number % 2], "trial": number} for number in range(MOST_CELLS + 1)]
    sent = [Sent(str(unit.uuid), "score", n, str(n), {"within": each}) for n, each in enumerate(levels)]
    record_sent(found, sent, now=timezone.now())
    return found


def test_within_levels_without_end_are_told_in_a_sentence_and_have_no_columns(
    soup_of_trials: Experiment, client: Client
) -> None:
    fold(soup_of_trials, now=timezone.now())
    user = make_user()
    soup_of_trials.study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    tally = tally_of(soup_of_trials, is_rehearsal=False)
    assert tally is not None
    columns = columns_of(tally)
    cursor = Cursor(tally.measurements, tally.assignments)

    (about,) = analyse(soup_of_trials, Plan((WITHIN,), ())).answers

    assert not any("@" in name for name in columns.names)
    assert columns.column("count:score").tolist() == [MOST_CELLS + 1]
    assert "too many to be told apart" in about.said.why_not
    assert columns_as_of(soup_of_trials, cursor, is_rehearsal=False).to_bytes() == columns.to_bytes()
    assert client.get("/console/experiments/trials/results/").status_code == 200
    means = next(each for each in pictures_of(soup_of_trials, is_rehearsal=False) if each.key == "means-score")
    assert "too many to be told apart" in means.note


def test_levels_that_are_too_many_over_all_units_are_told_too() -> None:
    def part(first: int) -> Columns:
        names = tuple(f'mean:score@{{"trial":{n}}}' for n in range(first, first + 80))
        return Columns(np.array([first]), ("mean:score", "count:score", *names), np.ones((1, 82)))

    whole = joined(part(80 * number) for number in range(9))

    assert len(whole.names) <= MOST_CELLS + 3
    assert "too many to be told apart" in said(WITHIN, replace(setting(np.ones(9), np.ones(9)), columns=whole)).why_not


def test_sums_of_levels_that_are_too_many_bear_nothing() -> None:
    columns = Columns(np.array([1]), ("mean:score", "count:score", "crowded:score"), np.array([[1.0, 300.0, 300.0]]))
    need = Need("score", within=("set", "easy", "hard"))

    assert Kept.of(columns, [need]).known(need, None).bad
