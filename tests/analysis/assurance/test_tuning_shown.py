"""What was tuned is shown with the report: the choice that was taken first, and what came of the others."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from analysis.assurance.tuned import shown_tuning
from tests.analysis.assurance.trainings import train

TRIED = {"passes": 3, "trials": 4, "low": 0.25, "high": 0.99, "objective": 0.5}


def test_the_choice_that_was_taken_comes_first_then_who_passed_most() -> None:
    shown = shown_tuning(
        {
            "tuning": {
                "chosen": {"objective.penalty": 0.1},
                "tries": [
                    {**TRIED, "values": {"objective.penalty": 0.3}, "passes": 4},
                    {**TRIED, "values": {"objective.penalty": 0.2}, "passes": 0, "objective": "inf"},
                    {**TRIED, "values": {"objective.penalty": 0.1}},
                ],
                "remark": "",
            }
        }
    )

    assert shown is not None
    assert [(each.values[0][1], each.is_taken) for each in shown.choices] == [
        ("0.1", True),
        ("0.3", False),
        ("0.2", False),
    ]
    assert (shown.choices[0].low, shown.choices[0].width) == (25.0, 74.0)
    assert shown.choices[2].objective == "none"


def test_a_run_that_tuned_nothing_shows_nothing() -> None:
    assert shown_tuning({"safety": {}}) is None
    assert shown_tuning(None) is None


@pytest.mark.django_db
def test_the_report_of_a_tuned_training_names_what_was_taken(admin_client: Client) -> None:
    over = {"safety.fraction": [0.7, 0.5], "objective.penalty": [0, 0.01]}
    test = train(tuning={"over": over, "trials": 2})

    page = admin_client.get(reverse("assurance:test", args=[test.uuid])).content.decode()

    assert test.passed
    assert "What was tuned" in page
    assert "safety.fraction" in page
    assert page.count("objective.penalty") >= 2
